package io.barecount.messaging.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final Map<String, Object> CONSUMER = Map.of("group.id", "scheduler-service");

    @Test
    void eachConsumerOfANamedInstanceIsAMemberOfItsOwn() {
        assertThat(memberOf("scheduler-0", "decisions", CONSUMER))
                .containsEntry("group.instance.id", "scheduler-0-decisions");
        assertThat(memberOf("scheduler-0", "executions", CONSUMER))
                .containsEntry("group.instance.id", "scheduler-0-executions")
                .containsAllEntriesOf(CONSUMER);
    }

    @Test
    void anInstanceWithoutANameAndAProducerStayAsTheyAre() {
        var producer = Map.<String, Object>of("acks", "all");

        assertThat(memberOf(null, "decisions", CONSUMER)).isEqualTo(CONSUMER);
        assertThat(memberOf("scheduler-0", "decisions", producer)).isEqualTo(producer);
    }

    private static Map<String, Object> memberOf(String instance, String channel, Map<String, Object> client) {
        return new Membership(Optional.ofNullable(instance)).customize(channel, ConfigProvider.getConfig(), client);
    }
}
