/** Times by cron. */
package io.barecount.contracts.schedule;
