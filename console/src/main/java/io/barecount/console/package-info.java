/**
 * The front door: one origin for people and programs, which passes each request on to the service whose API it is, and the operators'
 * pages, which read the same APIs as anyone could. Beside those it reads topics, without a group. It owns no truth and stores nothing.
 */
package io.barecount.console;
