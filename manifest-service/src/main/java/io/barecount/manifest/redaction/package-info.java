/** What may be shown of a text that someone else wrote: no secret, no control character, not too much. */
package io.barecount.manifest.redaction;
