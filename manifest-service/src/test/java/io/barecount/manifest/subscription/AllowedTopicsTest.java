package io.barecount.manifest.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AllowedTopicsTest {
    private static final AllowedTopics TOPICS =
            new AllowedTopics(List.of("finance:shared.fx-rates", " *:public.*", "finance:*"));

    @Test
    void aNamespaceHasItsOwnTopicsAndThoseItIsGiven() {
        assertThat(AllowedTopics.OWN.allows("finance", "finance.paid")).isTrue();
        assertThat(AllowedTopics.OWN.allows("finance", "finance")).isFalse();
        assertThat(AllowedTopics.OWN.allows("finance", "financex.paid")).isFalse();
        assertThat(TOPICS.allows("shop", "public.weather")).isTrue();
        assertThat(TOPICS.allows("shop", "shared.fx-rates")).isFalse();
        assertThat(TOPICS.allows("finance", "shared.fx-rates")).isTrue();
        assertThat(new AllowedTopics(List.of("*:a.b")).allows("shop", "axb")).isFalse();
        assertThat(TOPICS.of("shop")).containsExactly("shop.*", "public.*");
    }

    @Test
    void thePlatformsOwnAreNobodys() {
        assertThat(TOPICS.allows("finance", "barecount.runs")).isFalse();
        assertThat(AllowedTopics.OWN.allows("barecount", "barecount.runs")).isFalse();
    }

    @Test
    void whatIsNoGrantIsRefusedAtTheStart() {
        for (var grant : List.of("shared.*", "Finance:x", "finance:", "finance:a b", ":x")) {
            assertThatThrownBy(() -> new AllowedTopics(List.of(grant)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + grant + "'");
        }
    }
}
