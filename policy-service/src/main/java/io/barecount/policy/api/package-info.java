/** The HTTP API. */
package io.barecount.policy.api;
