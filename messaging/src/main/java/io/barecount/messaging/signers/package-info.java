/** Who may sign manifests, as an installation says it in files. */
package io.barecount.messaging.signers;
