package io.barecount.contracts.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,      10.20.0.0/16,   true,  true",
        "10.20.0.0/16,    10.0.0.0/8,     true,  false",
        "10.20.0.0/16,    10.21.0.0/16,   false, false",
        "0.0.0.0/0,       192.168.1.1/32, true,  true",
        "2001:db8::/32,   2001:db8:1::/48, true, true",
        "2001:db8::/32,   2001:db9::/32,  false, false",
        "::/0,            10.0.0.0/8,     false, false",
        "fd00:1:2:3:4:5:6:7/128, fd00::/8, true, false",
    })
    void rangesOverlapOrLieInOneAnother(String one, String other, boolean overlap, boolean contains) {
        assertThat(Cidr.parse(one).overlaps(Cidr.parse(other))).isEqualTo(overlap);
        assertThat(Cidr.parse(other).overlaps(Cidr.parse(one))).isEqualTo(overlap);
        assertThat(Cidr.parse(one).contains(Cidr.parse(other))).isEqualTo(contains);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0/8",
                "10.0.0.256/32",
                "10.0.0.0/33",
                "10.0.0.1/8",
                "a.b.c.d/8",
                "1::2::3/64",
                "1:2:3/64",
                "12345::/16",
                "2001:db8::1/32",
                "/8",
                "10.0.0.0/-1",
                "1:2:3:4:5:6:7:8:9/128"
            })
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(text + " is no range of addresses: ");
    }

    @Test
    void itIsWrittenAsItWasRead() {
        assertThat(Cidr.parse("10.0.0.0/8")).hasToString("10.0.0.0/8");
    }
}
