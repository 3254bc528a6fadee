/** Events between their commit in PostgreSQL and their arrival on the broker. */
package io.barecount.messaging.outbox;
