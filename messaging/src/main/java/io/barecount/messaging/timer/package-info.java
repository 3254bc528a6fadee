/** What happens by itself as time passes. */
package io.barecount.messaging.timer;
