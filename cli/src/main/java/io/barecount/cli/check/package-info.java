/** Looks at an installation from outside, as an operator would, and says what of it is not as it must be. */
package io.barecount.cli.check;
