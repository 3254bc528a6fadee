package io.barecount.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.Manifest.GlueWorker;
import io.barecount.contracts.manifest.NetworkModel;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final UUID ID = UUID.fromString("018f3a7e-0000-7000-8000-000000000001");

    sealed interface Shape {
        record Circle(int radius) implements Shape {}

        record Square(int side) implements Shape {}
    }

    record Drawing(Shape shape) {}

    record Sizes(Duration time, Instant at, BigDecimal amount, NetworkModel model, GlueWorker worker) {}

    @Test
    void idsAreStrings() {
        assertThat(Json.text(new RunId(ID).task(3).attempt(2))).isEqualTo("\"" + ID + "/3/2\"");
    }

    @Test
    void timesAmountsAndConstantsReadAsPeopleWriteThem() {
        var sizes = new Sizes(
                Duration.ofSeconds(90),
                Instant.parse("2026-01-02T03:04:05Z"),
                new BigDecimal("0.10"),
                NetworkModel.VPC_PEERING,
                GlueWorker.G_025X);

        var text = Json.text(sizes);

        assertThat(text)
                .isEqualTo("{\"time\":\"PT1M30S\",\"at\":\"2026-01-02T03:04:05Z\",\"amount\":\"0.10\","
                        + "\"model\":\"vpc-peering\",\"worker\":\"G.025X\"}");
        assertThat(Json.read(text, Sizes.class)).isEqualTo(sizes);
    }

    @Test
    void aSealedValueNamesItsRecord() {
        var text = Json.text(new Drawing(new Shape.Square(2)));

        assertThat(text).isEqualTo("{\"shape\":{\"is\":\"Square\",\"side\":2}}");
        assertThat(Json.read(text, Drawing.class)).isEqualTo(new Drawing(new Shape.Square(2)));
        assertThat(Json.read(Json.text(new Shape.Circle(1), Shape.class), Shape.class))
                .isEqualTo(new Shape.Circle(1));
    }

    @Test
    void anUnknownFieldIsIgnoredAndARepeatedOneRefused() {
        assertThat(Json.read("{\"amount\":\"1\",\"currency\":\"USD\",\"new\":1}", Money.class))
                .isEqualTo(Money.usd("1.00"));
        assertThatThrownBy(() -> Json.read("{\"amount\":\"1\",\"amount\":\"2\",\"currency\":\"USD\"}", Money.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Duplicate");
    }

    @Test
    void amountsHaveNoExponentNeitherInTextNorInATree() {
        var tiny = Money.usd("0.0000001");

        assertThat(Json.text(tiny)).contains("\"0.0000001\"");
        assertThat(Json.tree(tiny).path("amount").asText()).isEqualTo("0.0000001");
        assertThat(Json.fromTree(Json.tree(tiny), Money.class)).isEqualTo(tiny);
    }
}
