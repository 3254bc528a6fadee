/** Where the values are that manifests only refer to. They are held in memory briefly, and never told. */
package io.barecount.manifest.secrets;
