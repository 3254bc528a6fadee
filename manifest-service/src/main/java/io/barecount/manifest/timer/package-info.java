/** What happens because it is time. */
package io.barecount.manifest.timer;
