/** Which of the events that reach a trigger become runs: expressions in CEL over an event's body and headers. */
package io.barecount.manifest.filter;
