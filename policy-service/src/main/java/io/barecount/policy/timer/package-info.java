/** What happens because time passes. */
package io.barecount.policy.timer;
