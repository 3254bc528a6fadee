package io.barecount.policy.documents;

/** What every document begins with. */
final class Head {
    private Head() {}

    static void check(String apiVersion, String kind, String wanted, Flaws flaws) {
        if (!Documents.API_VERSION.equals(apiVersion)) {
            flaws.add("/apiVersion", "found " + apiVersion + ", allowed is " + Documents.API_VERSION);
        }
        if (!wanted.equals(kind)) {
            flaws.add("/kind", "found " + kind + ", allowed in this directory is " + wanted);
        }
    }
}
