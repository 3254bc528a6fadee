package io.barecount.contracts;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount in one currency, exact to ten decimal places: a Lambda millisecond costs some 10<sup>-9</sup> dollars, and sums must
 * come out the same whoever adds them.
 *
 * @param amount never null, without trailing zeros
 * @param currency ISO 4217 code
 */
public record Money(BigDecimal amount, String currency) implements Comparable<Money> {
    private static final int DECIMAL_PLACES = 10;

    public Money {
        if (amount == null || currency == null || !currency.matches("[A-Z]{3}")) {
            throw new IllegalArgumentException(
                    "money is an amount and a three-letter currency, found " + amount + " " + currency);
        }
        amount = amount.setScale(DECIMAL_PLACES, RoundingMode.HALF_EVEN).stripTrailingZeros();
        if (amount.scale() < 0) {
            amount = amount.setScale(0);
        }
    }

    public static Money usd(String amount) {
        return new Money(new BigDecimal(amount), "USD");
    }

    public static Money zero(String currency) {
        return new Money(BigDecimal.ZERO, currency);
    }

    /** @throws IllegalArgumentException for another currency: there is no silent conversion */
    public Money plus(Money other) {
        requireSameCurrency(other);
        return new Money(amount.add(other.amount), currency);
    }

    public Money negated() {
        return new Money(amount.negate(), currency);
    }

    public Money times(BigDecimal factor) {
        return new Money(amount.multiply(factor), currency);
    }

    @Override
    public int compareTo(Money other) {
        requireSameCurrency(other);
        return amount.compareTo(other.amount);
    }

    private void requireSameCurrency(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot combine " + currency + " with " + other.currency);
        }
    }

    @Override
    public String toString() {
        return amount.toPlainString() + " " + currency;
    }
}
