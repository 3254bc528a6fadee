package io.barecount.contracts.decision;

/**
 * A change that would turn a denial into a permit: the engine has tried it.
 *
 * @param path the field to change, as a JSON pointer
 * @param change what to put there
 * @param estimate what the run would cost then
 */
public record Suggestion(String path, String change, Estimate estimate) {}
