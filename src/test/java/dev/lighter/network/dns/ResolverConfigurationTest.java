package dev.lighter.network.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolverConfigurationTest {
    @Test
    void aFileIsReadAsTheLibraryReadsIt() {
        ResolverConfiguration read = ResolverConfiguration.parse(String.join(
                "\n",
                "# made by hand",
                "; also a comment",
                "domain old.example",
                "nameserver 127.0.0.53",
                "nameserver\tfd00::53   # the other",
                "nameserver fe80::1%lo",
                "nameserver fe80::2%7",
                "nameserver fe80::3%nosuchlink",
                "nameserver dns.example",
                "nameserver",
                "  search a.example b.example\r",
                "options ndots:2 edns0",
                "options trust-ad",
                "sortlist 10.0.0.0"));

        assertThat(read.nameservers())
                .extracting(address -> address.getHostAddress())
                .containsExactly("127.0.0.53", "fd00:0:0:0:0:0:0:53", "fe80:0:0:0:0:0:0:1%1", "fe80:0:0:0:0:0:0:2%7");
        assertThat(read.search()).containsExactly("a.example", "b.example");
        assertThat(read.options()).containsExactly("ndots:2", "edns0", "trust-ad");
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        String text = "nameserver 10.0.0.1\nsearch a.example\noptions ndots:0\n";

        assertThat(ResolverConfiguration.parse(text).format()).isEqualTo(text);
        assertThat(ResolverConfiguration.parse("").format()).isEmpty();
    }

    @Test
    void aDotAloneMeansNoSearch() {
        assertThat(new ResolverConfiguration(List.of(), List.of("."), List.of()).format())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nnameserver 10.0.0.1", "a\tb"})
    void whatWouldNotStayOneWordIsRefused(String word) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResolverConfiguration(List.of(), List.of(word), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResolverConfiguration(List.of(), List.of(), List.of(word)));
    }
}
