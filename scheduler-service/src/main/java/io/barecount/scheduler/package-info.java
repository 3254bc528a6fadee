/**
 * Advances runs: admits what governance permitted, fans it out within its parallelism, retries, cancels, settles the cost, and says
 * how each submission ended.
 *
 * <p>{@code run} decides, and nothing else does; {@code kafka} brings in decisions, rejections and reports, {@code api} people's
 * questions and cancellations, {@code timer} retries that are due; {@code store} keeps the states. This package wires them.
 */
package io.barecount.scheduler;
