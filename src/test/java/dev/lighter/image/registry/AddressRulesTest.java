package dev.lighter.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRulesTest {
    private final AddressRules rules = new AddressRules(List.of("plain.example.com:5000", "any.example.com"));

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:5000,true",
        "127.9.9.9,true",
        "localhost,true",
        "localhost:5000,true",
        "[::1]:5000,true",
        "registry.localhost:80,true",
        "plain.example.com:5000,true",
        "PLAIN.example.com:5000,true",
        "plain.example.com:5001,false",
        "any.example.com:1,true",
        "10.0.0.1,false",
        "0.0.0.1,false",
        "registry.example.com,false",
        "localhost.example.com,false",
        "127.0.0.1.example.com,false"
    })
    void plainHttpIsForThisMachineAndNamedHosts(String host, boolean may) {
        assertThat(rules.mayBePlain(host)).isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,LOOPBACK",
        "::1,LOOPBACK",
        "0.0.0.0,LOOPBACK",
        "169.254.169.254,LINK",
        "fe80::1,LINK",
        "224.0.0.1,LINK",
        "10.1.2.3,PRIVATE",
        "172.16.0.1,PRIVATE",
        "192.168.1.1,PRIVATE",
        "100.64.0.1,PRIVATE",
        "fd00::1,PRIVATE",
        "::ffff:10.0.0.1,PRIVATE",
        "0.1.2.3,PRIVATE",
        "198.18.0.1,PRIVATE",
        "198.19.255.1,PRIVATE",
        "240.0.0.1,PRIVATE",
        "255.255.255.255,PRIVATE",
        "2002:a00:1::,PRIVATE",
        "64:ff9b::a00:1,PRIVATE",
        "198.20.0.1,PUBLIC",
        "8.8.8.8,PUBLIC",
        "100.128.0.1,PUBLIC",
        "172.32.0.1,PUBLIC",
        "2001:4860::1,PUBLIC"
    })
    void addressesAreNearOrFar(String address, Reach reach) {
        assertThat(AddressRules.reach(address)).isEqualTo(reach);
    }

    private void check(String origin, String to) throws RegistryException {
        rules.check(URI.create(origin), URI.create(origin), URI.create(to));
    }

    @ParameterizedTest
    @CsvSource({
        "https://8.8.8.8/,https://10.0.0.1/",
        "https://8.8.8.8/,https://127.0.0.1/",
        "https://8.8.8.8/,https://[fd00::1]/",
        "https://8.8.8.8/,http://127.0.0.1/",
        "https://8.8.8.8/,http://9.9.9.9/",
        "https://10.0.0.1/,https://169.254.169.254/",
        "https://10.0.0.1/,http://10.0.0.2/"
    })
    void whereARegistryMustNotLead(String origin, String to) {
        assertThatThrownBy(() -> check(origin, to)).isInstanceOf(RegistryException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://8.8.8.8/,https://9.9.9.9/",
        "https://10.0.0.1/,https://192.168.0.1/",
        "https://127.0.0.1/,https://10.0.0.1/",
        "http://127.0.0.1:5000/,http://127.0.0.1:6000/",
        "https://8.8.8.8/,https://8.8.8.8/other"
    })
    void whereARegistryMayLead(String origin, String to) {
        assertThatCode(() -> check(origin, to)).doesNotThrowAnyException();
    }

    @Test
    void challengesAreReadAsFarAsTheyCanBe() {
        Challenge bearer = Objects.requireNonNull(Challenge.choose(List.of(
                "Basic realm=\"a, b\", Bearer realm=\"https://x/token\",service=y,scope=\"repository:a:pull,push\"")));
        assertThat(bearer.scheme()).isEqualTo("bearer");
        assertThat(bearer.parameter("realm")).isEqualTo("https://x/token");
        assertThat(bearer.parameter("service")).isEqualTo("y");
        assertThat(bearer.parameter("scope")).isEqualTo("repository:a:pull,push");
        assertThat(Challenge.parse(List.of("Bearer realm=\"a\\\"b\"")))
                .extracting(one -> one.parameter("realm"))
                .containsExactly("a\"b");
        assertThat(Challenge.parse(List.of("\"".repeat(100_000), "=".repeat(100_000), "")))
                .isEmpty();
    }

    @Test
    void credentialsAreForOneHostAndPrintNoSecret() {
        Credentials hub = new Credentials("me", "secret", "https://index.docker.io/v1/", "token", "other");
        assertThat(hub.areFor("docker.io")).isTrue();
        assertThat(hub.areFor("quay.io")).isFalse();
        assertThat(new Credentials("me", "x", "http://a.example.com:5000/v2/", "", "").areFor("a.example.com:5000"))
                .isTrue();
        assertThat(hub.toString()).doesNotContain("secret", "token", "other");
    }
}
