/**
 * The way out of a workload's network, where its boundary names who may be reached. The workload is in a network namespace in which every
 * address is local, so that nothing leaves by the kernel; a {@link io.barecount.agent.egress.Gate} inside takes its connections, and the
 * agent outside, which alone can reach anybody, connects those that are allowed and keeps a record of all.
 */
package io.barecount.agent.egress;
