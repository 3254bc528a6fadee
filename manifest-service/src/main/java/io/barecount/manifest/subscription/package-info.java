/** Which topics start which pipelines, and where each of them is to go on. */
package io.barecount.manifest.subscription;
