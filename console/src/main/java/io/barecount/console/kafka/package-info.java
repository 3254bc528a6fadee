/** Reads topics without a group: nothing here commits an offset, and no service's group notices. */
package io.barecount.console.kafka;
