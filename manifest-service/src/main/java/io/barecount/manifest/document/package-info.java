/**
 * Text to tree: YAML or JSON, read in one pass into a JSON tree that knows the line and column of everything in it. Made for text that
 * nobody vouches for: it is bounded in size and depth, and YAML's aliases, anchors, tags and merge keys are refused.
 */
package io.barecount.manifest.document;
