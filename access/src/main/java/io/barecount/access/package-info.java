/**
 * Who calls ({@link io.barecount.access.Identity}), what they may do in which namespace ({@link io.barecount.access.Grant}), how that is
 * known ({@link io.barecount.access.Tokens}), and the rules that stand beside endpoints: {@link io.barecount.access.Allow}, {@link
 * io.barecount.access.Proven}, {@link io.barecount.access.Public}. Nothing here depends on how requests arrive.
 */
package io.barecount.access;
