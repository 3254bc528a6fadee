/**
 * What a started workload and the runner gateway say to each other over HTTP; the workload always begins, and proves with the claim token
 * that it was started with (as a bearer token) that it is the one.
 */
package io.barecount.contracts.workload;
