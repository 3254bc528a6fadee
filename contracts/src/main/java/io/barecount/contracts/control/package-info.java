/** What is set about who may run, and how much at once. */
package io.barecount.contracts.control;
