/**
 * What is set of scopes: open, paused, draining, drained or killed, and limits.
 *
 * <pre>
 *   open ──▶ paused ──▶ draining ──nothing out──▶ drained
 *    ▲  └──────┴──────────┴──▶ killed ─┐             │
 *    └────────────── resume ───────────┴─────────────┘
 * </pre>
 *
 * In all but the first nothing new is dispatched; they differ in what becomes of what is out. Anybody who may may go from any to any.
 */
package io.barecount.scheduler.control;
