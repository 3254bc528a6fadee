/** Decisions in the database. */
package io.barecount.policy.store;
