/** Deliveries and records that are gathered into one run: how many, for how long, and what the run is given. */
package io.barecount.manifest.window;
