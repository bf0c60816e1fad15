package dev.lighter.network.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortBindingTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "80/tcp, null, null, 80, tcp, '', ''",
                "80, '', '', 80, tcp, '', ''",
                "80/TCP, '', 0, 80, tcp, '', 0",
                "53/udp, 127.0.0.1, 5353, 53, udp, 127.0.0.1, 5353",
                "36412/sctp, '', 8000-8010, 36412, sctp, '', 8000-8010",
                "80/tcp, ::1, 65535, 80, tcp, ::1, 65535",
                "80/tcp, [fd00::1], 1, 80, tcp, fd00::1, 1",
                "80/tcp, [::], '', 80, tcp, ::, ''",
                "65535/tcp, 0.0.0.0, 8080-8080, 65535, tcp, 0.0.0.0, 8080-8080",
            })
    void dockersFormIsRead(
            String key,
            @Nullable String hostIp,
            @Nullable String hostPort,
            int containerPort,
            String protocol,
            String hostAddress,
            String hostPorts) {
        assertThat(PortBinding.parse(key, hostIp, hostPort))
                .isEqualTo(new PortBinding(containerPort, protocol, hostAddress, hostPorts));
    }

    @ParameterizedTest
    @CsvSource({
        "abc/tcp, '', '', 'invalid port specification: \"abc\"'",
        "'', '', '', 'invalid port specification: \"\"'",
        "/tcp, '', '', 'invalid port specification: \"\"'",
        "0/tcp, '', '', 'invalid port specification: \"0\"'",
        "65536/tcp, '', '', 'invalid port specification: \"65536\"'",
        "-1/tcp, '', '', 'invalid port specification: \"-1\"'",
        "+80/tcp, '', '', 'invalid port specification: \"+80\"'",
        "80-82/tcp, '', '', 'invalid port specification: \"80-82/tcp\"'",
        "80/icmp, '', '', 'Invalid proto: icmp'",
        "80/, '', '', 'Invalid proto: '",
        "80/tcp/udp, '', '', 'Invalid proto: tcp/udp'",
        "80/tcp, '', x, 'invalid port specification: \"x\"'",
        "80/tcp, '', 70000, 'invalid port specification: \"70000\"'",
        "80/tcp, '', 9000-8000, 'invalid port specification: \"9000-8000\"'",
        "80/tcp, '', 0-100, 'invalid port specification: \"0-100\"'",
        "80/tcp, '', 1-2-3, 'invalid port specification: \"1-2-3\"'",
        "80/tcp, '', ' 80', 'invalid port specification: \" 80\"'",
        "80/tcp, '', 99999999999, 'invalid port specification: \"99999999999\"'",
        "80/tcp, localhost, '', 'invalid IP address: localhost'",
        "80/tcp, 127.1, '', 'invalid IP address: 127.1'",
        "80/tcp, 1.2.3.4.5, '', 'invalid IP address: 1.2.3.4.5'",
        "80/tcp, 256.0.0.1, '', 'invalid IP address: 256.0.0.1'",
        "80/tcp, fe80::1%lo, '', 'invalid IP address: fe80::1%lo'",
    })
    void nonsenseIsRefusedInDockersWords(String key, String hostIp, String hostPort, String message) {
        assertThatThrownBy(() -> PortBinding.parse(key, hostIp, hostPort))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessage(message);
    }

    @Test
    void aBindingThatIsReadBackFromStorageIsChecked() {
        assertThatThrownBy(() -> new PortBinding(80, "ftp", "", "")).hasMessage("Invalid proto: ftp");
    }
}
