/** What the runs have been up to, folded from their topics: for charts, never for deciding. */
package io.barecount.console.activity;
