/** Policies, boundaries and prices as YAML files. */
package io.barecount.policy.documents;
