/** Tells data catalogues, by OpenLineage, which run read and wrote what, where it ran, and who decided that it may. */
package io.barecount.ledger.lineage;
