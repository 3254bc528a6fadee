/** The {@code barecount} command: one class per command. {@code verify} checks a ledger and shares no code with the service. */
package io.barecount.cli;
