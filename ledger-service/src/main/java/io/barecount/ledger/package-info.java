/**
 * Makes every event an entry of a transparency log, once, and audit records of the entries. A record's way:
 *
 * <ol>
 *   <li>{@code kafka.EventsChannel} takes it, whatever it is, and {@code entry.Entry} makes its leaf;
 *   <li>{@code store.Appender} gives it its place under a lock that only one instance has at a time, and {@code tree.TiledTree} says
 *       which tiles that completes;
 *   <li>{@code store.Continuity} proves that the log goes on from what was last signed, as a file outside the database tells;
 *   <li>entries, tiles and the new checkpoint are one transaction of inserts; after it, the file is replaced, then the checkpoint is told;
 *   <li>{@code store.AuditFollower} follows the log, and {@code view.RunView} says what is now known of a run.
 * </ol>
 */
package io.barecount.ledger;
