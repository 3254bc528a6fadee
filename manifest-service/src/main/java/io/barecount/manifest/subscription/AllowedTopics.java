package io.barecount.manifest.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which topics a namespace's pipelines may subscribe to: those that begin with its own name and a dot, and those that configuration names for
 * it. The platform's own topics belong to nobody.
 */
public final class AllowedTopics {
    /** Every namespace has its own topics, and nothing else. */
    public static final AllowedTopics OWN = new AllowedTopics(List.of());

    private static final String OURS = "barecount.";
    private static final String EVERY_NAMESPACE = "*";
    private static final Pattern GRANT =
            Pattern.compile("([*]|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?):([A-Za-z0-9._*-]{1,249})");

    private record Grant(String namespace, String topics) {
        boolean isFor(String asked) {
            return namespace.equals(EVERY_NAMESPACE) || namespace.equals(asked);
        }

        boolean holds(String topic) {
            return Pattern.matches(Pattern.quote(topics).replace("*", "\\E.*\\Q"), topic);
        }
    }

    private final List<Grant> grants = new ArrayList<>();

    /**
     * @param grants {@code namespace:topics} each, where {@code *} stands for any namespace, and in topics for any characters
     * @throws IllegalArgumentException for one that is none
     */
    public AllowedTopics(List<String> grants) {
        for (var grant : grants) {
            var parts = GRANT.matcher(grant.strip());
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "barecount.manifest.topics: '" + grant
                                + "' is not namespace:topics; write such as finance:shared.rates, or *:public.* for all namespaces");
            }
            this.grants.add(new Grant(parts.group(1), parts.group(2)));
        }
    }

    public boolean allows(String namespace, String topic) {
        return !isOurs(topic)
                && (topic.startsWith(namespace + ".")
                        || grants.stream().anyMatch(grant -> grant.isFor(namespace) && grant.holds(topic)));
    }

    /** Whether it is one of the platform's own, which no configuration gives away. */
    public static boolean isOurs(String topic) {
        return topic.startsWith(OURS);
    }

    /** What a namespace may name, for those who named something else. */
    public List<String> of(String namespace) {
        var allowed = new ArrayList<String>();
        allowed.add(namespace + ".*");
        grants.stream()
                .filter(grant -> grant.isFor(namespace))
                .map(Grant::topics)
                .forEach(allowed::add);
        return allowed;
    }
}
