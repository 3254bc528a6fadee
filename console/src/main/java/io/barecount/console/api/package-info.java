/** What the console itself answers, beside what it passes on: its pages, topics, and what happens at present. */
package io.barecount.console.api;
