package io.barecount.policy.budget;

import io.barecount.contracts.Money;

/** Part of a budget, kept for one run until it has ended. */
public record Reservation(String budget, String period, Money amount) {}
