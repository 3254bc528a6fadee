/**
 * Takes submissions in by every door and says what is wrong with them. {@code source} reads YAML and JSON with positions; {@code
 * validation} turns text into a normalised manifest or a list of violations; {@code intake} resolves what is to run and keeps each
 * submission's state. One verdict, whichever door: {@code intake.Resolution}.
 */
package io.barecount.manifest;
