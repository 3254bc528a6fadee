/**
 * What is wrong with a log that somebody changed from below, and where: rows are compared with their hashes, these with the tiles, and all
 * with what was signed. Each is kept beside the others, so that whoever changes one is named by the rest.
 */
package io.barecount.ledger.check;
