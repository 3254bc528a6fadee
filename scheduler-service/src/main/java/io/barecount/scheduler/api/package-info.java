/** People's questions about runs, and their wish to end one. */
package io.barecount.scheduler.api;
