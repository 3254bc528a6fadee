/** What other services say that moves a run. */
package io.barecount.scheduler.kafka;
