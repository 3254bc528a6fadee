package io.barecount.policy.budget;

import io.barecount.contracts.Money;
import io.barecount.contracts.manifest.Manifest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What may be spent in each period, counted in UTC.
 *
 * @param namespace whose runs it pays; null for those of all
 * @param costCenter whose runs it pays; null for those of all
 * @param owner whom to ask for more
 */
public record Budget(String name, String namespace, String costCenter, Money limit, Period period, String owner) {
    /** A new one begins with nothing reserved and nothing spent. */
    public enum Period {
        DAY("yyyy-MM-dd"),
        MONTH("yyyy-MM"),
        YEAR("yyyy");

        private final DateTimeFormatter format;

        Period(String pattern) {
            this.format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
        }

        /** Such as {@code 2026-11}. */
        public String at(Instant time) {
            return format.format(time);
        }
    }

    public boolean pays(Manifest manifest) {
        var owner = manifest.spec().owner();
        return (namespace == null || namespace.equals(manifest.namespace()))
                && (costCenter == null || (owner != null && costCenter.equals(owner.costCenter())));
    }
}
