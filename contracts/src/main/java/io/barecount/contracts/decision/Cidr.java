package io.barecount.contracts.decision;

import java.math.BigInteger;
import java.util.regex.Pattern;

/** A range of addresses, such as {@code 10.20.0.0/16} or {@code 2001:db8::/32}. */
public final class Cidr {
    private static final Pattern V4 = Pattern.compile("([0-9]{1,3})[.]([0-9]{1,3})[.]([0-9]{1,3})[.]([0-9]{1,3})");
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;
    private static final int V6_GROUPS = 8;

    private final String text;
    private final int bits;
    private final BigInteger first;
    private final BigInteger last;

    private Cidr(String text, int bits, BigInteger first, BigInteger last) {
        this.text = text;
        this.bits = bits;
        this.first = first;
        this.last = last;
    }

    /** @throws IllegalArgumentException unless it is an address and a length, and the address is the first of the range */
    public static Cidr parse(String text) {
        var slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            throw no(text, "an address and a length are wanted, such as 10.20.0.0/16");
        }
        var address = text.substring(0, slash);
        var bits = address.contains(":") ? V6_BITS : V4_BITS;
        var length = Integer.parseInt(text.substring(slash + 1));
        if (length > bits) {
            throw no(text, "a length is at most " + bits);
        }
        var first = bits == V4_BITS ? v4(text, address) : v6(text, address);
        var size = BigInteger.ONE.shiftLeft(bits - length);
        if (first.mod(size).signum() != 0) {
            throw no(text, "the address is not the first of a range of this length");
        }
        return new Cidr(text, bits, first, first.add(size).subtract(BigInteger.ONE));
    }

    private static BigInteger v4(String text, String address) {
        var matcher = V4.matcher(address);
        if (!matcher.matches()) {
            throw no(text, "no address");
        }
        var value = 0L;
        for (var i = 1; i <= matcher.groupCount(); i++) {
            var part = Integer.parseInt(matcher.group(i));
            if (part > 255) {
                throw no(text, "no address");
            }
            value = value << 8 | part;
        }
        return BigInteger.valueOf(value);
    }

    private static BigInteger v6(String text, String address) {
        var halves = address.split("::", -1);
        if (halves.length > 2) {
            throw no(text, "no address");
        }
        var before = groups(halves[0]);
        var after = halves.length == 2 ? groups(halves[1]) : new String[0];
        var missing = V6_GROUPS - before.length - after.length;
        if (halves.length == 2 ? missing < 1 : missing != 0) {
            throw no(text, "no address");
        }
        var value = BigInteger.ZERO;
        for (var i = 0; i < V6_GROUPS; i++) {
            var group = i < before.length
                    ? before[i]
                    : i < before.length + missing ? "0" : after[i - before.length - missing];
            if (!group.matches("[0-9a-fA-F]{1,4}")) {
                throw no(text, "no address");
            }
            value = value.shiftLeft(16).or(new BigInteger(group, 16));
        }
        return value;
    }

    private static String[] groups(String half) {
        return half.isEmpty() ? new String[0] : half.split(":", -1);
    }

    private static IllegalArgumentException no(String text, String why) {
        return new IllegalArgumentException(text + " is no range of addresses: " + why);
    }

    public boolean overlaps(Cidr other) {
        return bits == other.bits && first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    /** Whether all of the other range lies in this one. */
    public boolean contains(Cidr other) {
        return bits == other.bits && first.compareTo(other.first) <= 0 && other.last.compareTo(last) <= 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
