/** What people do to govern, as events. */
package io.barecount.contracts.governance;
