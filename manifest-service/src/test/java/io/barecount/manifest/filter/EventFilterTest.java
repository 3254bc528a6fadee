package io.barecount.manifest.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFilterTest {
    private static final String ORDER = """
            {"type": "order", "total": 120, "rate": 0.5, "paid": true, "note": null, "lines": [{"sku": "a-1"}, {"sku": "b-2"}]}""";

    private static final Map<String, List<String>> HEADERS = Map.of("X-Shop", List.of("eu", "us"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "body.type == 'order'",
                "body.total > 100 && body.total < 120.5",
                "body.rate == 0.5",
                "body.paid",
                "body.note == null",
                "body.lines.exists(line, line.sku.startsWith('b-'))",
                "size(body.lines) == 2",
                "headers['x-shop'] == 'eu'",
                "key == 'order-7'",
                "!has(body.cancelled)",
                "body.type.matches('^(order|refund)$')"
            })
    void passes(String filter) {
        assertThat(ask(filter, ORDER)).isEqualTo(new EventFilter.Answer.Passes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"body.total > 1000", "headers['x-shop'] == 'us'", "'x-none' in headers", "key == ''"})
    void stops(String filter) {
        assertThat(ask(filter, ORDER)).isEqualTo(new EventFilter.Answer.Stops());
    }

    @ParameterizedTest
    @ValueSource(strings = {"body.cancelled == true", "body.type > 7", "headers['x-none'] == 'a'", "body.total"})
    void whatCanNotBeAskedDoesNotPass(String filter) {
        assertThat(ask(filter, ORDER)).isInstanceOf(EventFilter.Answer.Fails.class);
    }

    @Test
    void aBodyThatIsNoJsonIsAText() {
        assertThat(ask("body.startsWith('plain')", "plain words")).isEqualTo(new EventFilter.Answer.Passes());
    }

    @Test
    void aLoopThatTakesTooLongIsEnded() {
        var list = "[" + "1,".repeat(999) + "1]";
        var nested = "body.all(a, body.all(b, body.all(c, a == b && b == c)))";
        assertThat(ask(nested, list)).isInstanceOf(EventFilter.Answer.Fails.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"body.total +", "'text'", "42", "now() > body.at", "unknown == 1", "key + 1 == 2"})
    void whatIsNoConditionIsRefused(String filter) {
        assertThatThrownBy(() -> EventFilter.of(filter)).isInstanceOf(FilterRefused.class);
    }

    @Test
    void aRefusalSaysWhere() {
        assertThatThrownBy(() -> EventFilter.of("body.type == 'order' && nobody == 1"))
                .hasMessageContaining("at 1:25")
                .hasMessageContaining("nobody");
    }

    private static EventFilter.Answer ask(String filter, String body) {
        return EventFilter.of(filter).answer(body, HEADERS, "order-7");
    }
}
