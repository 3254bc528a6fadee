/** Keys in files. */
package io.barecount.policy.keys;
