package io.barecount.oracle;

import java.util.UUID;

/** Where the oracle pretends to be. */
final class Region {
    static final String NAME = "eu-central-1";
    static final String ACCOUNT = "123456789012";

    private Region() {}

    static String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + NAME + ":" + ACCOUNT + ":" + resource;
    }

    /** An id such as AWS hands out, never twice. */
    static String id(String prefix, int digits) {
        return prefix + UUID.randomUUID().toString().replace("-", "").substring(0, digits);
    }
}
