/** Sends OpenLineage events to where they are wanted. */
package io.barecount.ledger.delivery;
