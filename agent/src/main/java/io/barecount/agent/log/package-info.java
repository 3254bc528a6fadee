/** What a workload prints, on its way into the log: without the secrets that it was given. */
package io.barecount.agent.log;
