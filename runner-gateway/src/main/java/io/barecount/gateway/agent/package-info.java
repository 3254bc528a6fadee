/** Who the agents are, which of them may speak, and for what: pure rules. */
package io.barecount.gateway.agent;
