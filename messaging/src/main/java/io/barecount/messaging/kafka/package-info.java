/** How the services' own Kafka clients are set up, as far as configuration alone can't say it. */
package io.barecount.messaging.kafka;
