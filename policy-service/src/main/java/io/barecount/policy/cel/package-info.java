/** Rules as CEL expressions. */
package io.barecount.policy.cel;
