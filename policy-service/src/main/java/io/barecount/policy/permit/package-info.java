/** Leave to start a run, signed for exactly its parts. */
package io.barecount.policy.permit;
