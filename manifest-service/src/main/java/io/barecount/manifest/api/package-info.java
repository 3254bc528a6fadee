/** The HTTP API: submissions, webhooks, registered pipelines, validation, schemas. Errors are problems as RFC 9457 has them. */
package io.barecount.manifest.api;
