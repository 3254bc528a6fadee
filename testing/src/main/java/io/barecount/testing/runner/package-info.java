/**
 * The conformance kit of runners. Whoever implements {@code io.barecount.gateway.runner.Runner} puts it on the gateway's class path,
 * extends {@link io.barecount.testing.runner.RunnerContract} by a {@code @QuarkusTest}, and gives it a {@link
 * io.barecount.testing.runner.RunnerUnderTest} for a provider, or a stand-in of one, that can be made to go wrong. The kit knows the
 * service by its topics alone.
 */
package io.barecount.testing.runner;
