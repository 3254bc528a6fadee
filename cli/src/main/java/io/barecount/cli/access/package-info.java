/** How this command line shows who it is, and what makes the embedded platform ask. */
package io.barecount.cli.access;
