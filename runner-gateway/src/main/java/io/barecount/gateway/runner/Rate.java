package io.barecount.gateway.runner;

import java.util.regex.Pattern;

/**
 * How often a provider may be called: as a token bucket, as providers themselves count.
 *
 * @param burst calls at once, after a pause
 * @param perSecond calls for as long as one likes
 */
public record Rate(double burst, double perSecond) {
    public static final Rate UNLIMITED = new Rate(Double.MAX_VALUE, Double.MAX_VALUE);

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]*)\\+([0-9]+(?:\\.[0-9]+)?)/s");

    public Rate {
        if (burst < 1 || perSecond <= 0) {
            throw new IllegalArgumentException("a burst of " + burst + " and " + perSecond
                    + " a second let no call through: both are more than 0");
        }
    }

    /** @param text burst and rate, such as {@code 20+5/s} */
    public static Rate parse(CharSequence text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no rate: write how many calls may come at once and how many a second, such as 20+5/s");
        }
        return new Rate(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
    }
}
