package io.barecount.contracts.manifest;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;

/**
 * Some of the indices of a batch, as ranges: {@code 3,17..20} is four of them. What is asked for in a row is of one batch mostly, so the
 * last text is kept as it was read.
 */
public final class Indices {
    private static volatile Indices last = new Indices("", new int[0], new int[0], new int[] {0});

    private final String text;
    private final int[] first;
    private final int[] end;

    /** How many indices lie before each range, and at last how many there are. */
    private final int[] before;

    private Indices(String text, int[] first, int[] end, int[] before) {
        this.text = text;
        this.first = first;
        this.end = end;
        this.before = before;
    }

    /** @throws IllegalArgumentException unless it is ranges of whole numbers from 0, in ascending order */
    public static Indices of(String text) {
        var known = last;
        return known.text.equals(text) ? known : (last = read(text));
    }

    private static Indices read(String text) {
        var parts = text.split(",", -1);
        var first = new int[parts.length];
        var end = new int[parts.length];
        var before = new int[parts.length + 1];
        for (var i = 0; i < parts.length; i++) {
            if (!parts[i].matches("[0-9]{1,8}([.][.][0-9]{1,8})?")) {
                throw new IllegalArgumentException("no index, nor a range such as 17..20: '" + parts[i] + "'");
            }
            var ends = parts[i].split("[.][.]");
            first[i] = Integer.parseInt(ends[0]);
            end[i] = Integer.parseInt(ends[ends.length - 1]) + 1;
            if (first[i] >= end[i] || (i > 0 && first[i] < end[i - 1])) {
                throw new IllegalArgumentException("not in ascending order: '" + parts[i] + "'");
            }
            before[i + 1] = before[i] + end[i] - first[i];
        }
        return new Indices(text, first, end, before);
    }

    /** The shortest text for these, which have to be in ascending order. */
    public static String text(IntStream ascending) {
        var text = new StringBuilder();
        PrimitiveIterator.OfInt each = ascending.iterator();
        var next = each.hasNext() ? each.nextInt() : -1;
        while (next >= 0) {
            var from = next;
            var to = from;
            next = each.hasNext() ? each.nextInt() : -1;
            while (next == to + 1) {
                to = next;
                next = each.hasNext() ? each.nextInt() : -1;
            }
            text.append(text.isEmpty() ? "" : ",").append(from).append(to == from ? "" : ".." + to);
        }
        return text.toString();
    }

    public int size() {
        return before[first.length];
    }

    /** The highest of all. */
    public int highest() {
        return end[end.length - 1] - 1;
    }

    /** @throws IndexOutOfBoundsException unless it is from 0 to below the size */
    public int at(int place) {
        if (place < 0 || place >= size()) {
            throw new IndexOutOfBoundsException(place);
        }
        var found = Arrays.binarySearch(before, place);
        var range = found >= 0 ? found : -found - 2;
        return first[range] + place - before[range];
    }
}
