/**
 * Makes every event an entry of a transparency log, once, and audit records of the entries. A record's way:
 *
 * <ol>
 *   <li>{@code kafka.EventsChannel} takes it, whatever it is, and {@code entry.Entry} makes its leaf;
 *   <li>{@code store.Appender} gives it its place under the head's lock, {@code tree.TiledTree} says which tiles change, and
 *       {@code view.RunView} what is now known of its run;
 *   <li>{@code store.Continuity} proves that the log goes on from what was last signed, as a file outside the database tells;
 *   <li>entries, tiles, head, audit records and the new checkpoint are one transaction; after it, the file is replaced, then the
 *       checkpoint is told.
 * </ol>
 */
package io.barecount.ledger;
