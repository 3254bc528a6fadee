/** Versions of governance: what they are made of, which one decides, which is tried beside it. */
package io.barecount.policy.version;
