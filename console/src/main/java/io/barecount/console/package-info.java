/**
 * The front door: one origin for people and programs, which passes each request on to the service whose API it is, and the operators'
 * pages, which read the same APIs as anyone could. It owns no truth and keeps no state.
 */
package io.barecount.console;
