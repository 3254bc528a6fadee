/** Chooses a runner, where a manifest leaves that to governance. */
package io.barecount.policy.choice;
