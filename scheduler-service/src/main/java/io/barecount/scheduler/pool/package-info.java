/** How much of each pool, the runners of one type in one boundary, should be there for what is out and what waits. */
package io.barecount.scheduler.pool;
