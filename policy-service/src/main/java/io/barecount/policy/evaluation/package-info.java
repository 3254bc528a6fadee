/** Asks the rules: what they are, what they know of a run, and what every run has to meet before they are asked. */
package io.barecount.policy.evaluation;
