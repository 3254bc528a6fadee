/** The stage loop. {@code Decide}, {@code Decision} and {@code Outgoing} are all that a service's core sees of it. */
package io.barecount.messaging.stage;
