/**
 * Checks the permit, enforces the boundary, drives the runner. {@code permit}, {@code boundary} and {@code attempt} are pure; {@code api}
 * is what agents and people speak to, {@code kafka} and {@code store} are the other edges.
 */
package io.barecount.gateway;
