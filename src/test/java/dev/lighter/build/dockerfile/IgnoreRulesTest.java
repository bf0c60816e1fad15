package dev.lighter.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoreRulesTest {
    /** Rules, separated by semicolons; a path; whether it is kept out. */
    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, a/b, true",
        "a, b/a, false",
        "a, ab, false",
        "a/, a/b, true",
        "/a, a, true",
        "./a, a, true",
        "a/../b, b, true",
        "../a, a, false",
        "a/b, a/b, true",
        "a/b, a, false",
        "a/b, a/b/c/d, true",
        "*, a, true",
        "*, a/b, true",
        "*.md, a.md, true",
        "*.md, a/b.md, false",
        "*/b, a/b, true",
        "*/b, b, false",
        "*/b, a/c/b, false",
        "*/*/b, a/c/b, true",
        "a?, ab, true",
        "a?, a, false",
        "a?, a/b, false",
        "**, a/b, true",
        "**/b, b, true",
        "**/b, a/b, true",
        "**/b, a/c/b, true",
        "**/b, ab, false",
        "**/b, b/c, true",
        "**/*.go, a/b/c.go, true",
        "**/*.go, c.go, true",
        "a/**, a/b, true",
        "a/**, a, false",
        "a/**/b, a/b, true",
        "a/**/b, a/x/y/b, true",
        "a/**/b, a/xb, false",
        "a**b, ab, true",
        "a**b, axx/b, true",
        "[ab], a, true",
        "[ab], c, false",
        "[a-c]x, bx, true",
        "[^a], b, true",
        "[^a], a, false",
        "\\*, *, true",
        "\\*, a, false",
        "a.b, axb, false",
        "*;!a, a, false",
        "*;!a, b, true",
        "*;!a, a/b, false",
        "*;!a/b, a/b, false",
        "*;!a/b, a/c, true",
        "!a;*, a, true",
        "*.md;!README*.md;README-secret.md, README.md, false",
        "*.md;!README*.md;README-secret.md, README-secret.md, true",
        "*;!**/*.go, a/b.go, false",
        "a;!a/b;a/b/c, a/b/c, true",
        "a;! a/b, a/b, false",
        "#a, #a, false",
        "' a ', a, true",
        "'', a, false"
    })
    void aPathIsKeptOut(String rules, String path, boolean excluded) {
        assertThat(IgnoreRules.parse(rules.replace(';', '\n')).excludes(path)).isEqualTo(excluded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "[a", "a[", "[a-]", "[]", "a\\", "[b-a]"})
    void whatIsNoPatternIsRefused(String rule) {
        assertThatThrownBy(() -> IgnoreRules.parse(rule)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aByteOrderMarkIsPassedOver() {
        assertThat(IgnoreRules.parse("\ufeffa\r\nb\r\n").excludes("a")).isTrue();
        assertThat(IgnoreRules.parse("\ufeffa\r\nb\r\n").excludes("b")).isTrue();
    }

    @Test
    void aPatternThatCouldRunAwayDoesNot() {
        IgnoreRules rules = IgnoreRules.parse("**a".repeat(60) + "z");
        String path = "a".repeat(3000);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(rules.excludes(path)).isFalse());
    }
}
