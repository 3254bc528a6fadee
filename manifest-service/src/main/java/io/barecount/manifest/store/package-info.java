/** What this service keeps in its database. */
package io.barecount.manifest.store;
