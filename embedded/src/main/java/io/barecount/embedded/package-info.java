/**
 * The embedded platform: {@code broker} and {@code postgres} are real servers from Maven artifacts, {@code platform} supervises them and
 * all services as processes over one data directory.
 */
package io.barecount.embedded;
