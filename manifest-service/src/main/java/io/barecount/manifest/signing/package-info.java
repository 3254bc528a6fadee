/** Whether a manifest is signed as its namespace wants it. */
package io.barecount.manifest.signing;
