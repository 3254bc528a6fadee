/** Tells runs that time has passed. */
package io.barecount.scheduler.timer;
