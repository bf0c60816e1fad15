package dev.lighter.network.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExposedPortTest {
    @Test
    void withoutProtocolItIsTcp() {
        assertThat(ExposedPort.parse("80")).containsExactly(new ExposedPort(80, "tcp"));
    }

    @Test
    void aRangeGivesEachOfItsPorts() {
        assertThat(ExposedPort.parse("8000-8002/udp"))
                .extracting(ExposedPort::toString)
                .containsExactly("8000/udp", "8001/udp", "8002/udp");
    }

    @Test
    void portZeroIsNone() {
        assertThatThrownBy(() -> ExposedPort.parse("0/tcp")).hasMessage("invalid port specification: \"0\"");
    }

    @Test
    void anUnknownProtocolIsRefused() {
        assertThatThrownBy(() -> ExposedPort.parse("80/quic")).hasMessage("Invalid proto: quic");
    }
}
