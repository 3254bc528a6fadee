/** Signatures of manifests, and who may give them. */
package io.barecount.contracts.signature;
