/** What a delivery has to show, and how many are taken. */
package io.barecount.manifest.webhook;
