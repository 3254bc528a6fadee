/** What an agent and the runner gateway say to each other over HTTP; the agent always begins. */
package io.barecount.contracts.agent;
