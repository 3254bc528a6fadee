/** Registered pipelines, as the rest of the service sees them. */
package io.barecount.manifest.registry;
