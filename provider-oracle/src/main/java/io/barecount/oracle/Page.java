package io.barecount.oracle;

import java.util.List;

/** A part of a list; {@code next} is null at its end. */
record Page<T>(List<T> items, String next) {

    /** @param size null for all */
    static <T> Page<T> of(List<T> all, String token, Integer size) {
        int from;
        try {
            from = token == null || token.isEmpty() ? 0 : Math.min(all.size(), Integer.parseInt(token));
        } catch (NumberFormatException e) {
            throw new ApiError(400, "InvalidParameterException", "not a token of ours: " + token);
        }
        var to = size == null || size <= 0 ? all.size() : Math.min(all.size(), from + size);
        return new Page<>(List.copyOf(all.subList(from, to)), to < all.size() ? String.valueOf(to) : null);
    }
}
