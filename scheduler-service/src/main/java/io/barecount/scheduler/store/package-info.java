/** Runs in PostgreSQL. */
package io.barecount.scheduler.store;
