/**
 * What makes a manifest valid. The published JSON Schema is the truth of its form ({@code PublishedSchema}); what a schema can't say is
 * in {@code Rules}; {@code SecretSearch} refuses what looks like a secret; {@code Defaults} fills in what was left out. {@code
 * ManifestValidation} puts them together.
 */
package io.barecount.manifest.validation;
