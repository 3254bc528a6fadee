/** For a denied run: what to change, so that it passes. */
package io.barecount.policy.suggestion;
