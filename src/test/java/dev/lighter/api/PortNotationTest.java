package dev.lighter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.network.port.PortBinding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortNotationTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            80,                     80, tcp, '',        ''
            8080:80,                80, tcp, '',        8080
            8080:80/udp,            80, udp, '',        8080
            127.0.0.1:8080:80,      80, tcp, 127.0.0.1, 8080
            127.0.0.1::80,          80, tcp, 127.0.0.1, ''
            '[::1]:8080:80',        80, tcp, ::1,       8080
            8000-8010:80,           80, tcp, '',        8000-8010
            """)
    void aPortIsReadAsTheCommandLineWritesIt(
            String text, int containerPort, String protocol, String address, String hostPorts) {
        assertThat(PortNotation.parse(text))
                .containsExactly(new PortBinding(containerPort, protocol, address, hostPorts));
    }

    @Test
    void rangesOfTheSameLengthArePaired() {
        assertThat(PortNotation.parse("9000-9002:80-82/udp"))
                .containsExactly(
                        new PortBinding(80, "udp", "", "9000"),
                        new PortBinding(81, "udp", "", "9001"),
                        new PortBinding(82, "udp", "", "9002"));
        assertThat(PortNotation.parse("80-81"))
                .containsExactly(new PortBinding(80, "tcp", "", ""), new PortBinding(81, "tcp", "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "web", "80:", "0:80", "8080:70000", "8080:80/icmp", "1-2:80-90", "82-80", "a:80:80"})
    void whatIsNoPortIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> PortNotation.parse(text))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("invalid port \"" + text + "\" in ports: ");
    }
}
