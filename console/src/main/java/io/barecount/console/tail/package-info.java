/** Reading topics on: from where, what of them, and how far. Nothing here speaks to a broker. */
package io.barecount.console.tail;
