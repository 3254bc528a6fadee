package io.barecount.messaging.kafka;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Static membership (KIP-345) for an instance that keeps its name: killed and started again it gets its partitions back at once.
 * Without a name the group waits for the end of the dead member's session first.
 */
@ApplicationScoped
class Membership implements ClientCustomizer<Map<String, Object>> {
    private final Optional<String> instance;

    Membership(@ConfigProperty(name = "barecount.instance") Optional<String> instance) {
        this.instance = instance;
    }

    /** A service has a consumer for each channel, which may be of one group: each is a member of its own. */
    @Override
    public Map<String, Object> customize(String channel, Config ofChannel, Map<String, Object> client) {
        if (instance.isEmpty() || !client.containsKey(ConsumerConfig.GROUP_ID_CONFIG)) {
            return client;
        }
        var named = new HashMap<>(client);
        named.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance.get() + "-" + channel);
        return named;
    }
}
