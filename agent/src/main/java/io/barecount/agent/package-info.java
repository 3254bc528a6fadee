/**
 * The on-premise runner: asks the gateway for work over outbound HTTP and executes it as processes, with the parameters, limits and network
 * that were permitted. It keeps a journal, so that an attempt is executed once whatever is killed when.
 */
package io.barecount.agent;
