package dev.lighter.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {
    private static final Map<String, String> VALUES = Map.of(
            "a", "1", "empty", "", "path", "/usr/local/lib", "words", "x  y", "file", "archive.tar.gz", "b_2", "two");

    private final Substitution values = new Substitution(3, '\\', VALUES::get);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "plain|plain",
                "$a|1",
                "${a}|1",
                "x$a.y|x1.y",
                "x${a}y|x1y",
                "$a$a|11",
                "$b_2|two",
                "$unset|~~",
                "${unset}|~~",
                "$|$",
                "a$ b|a$ b",
                "$$a|a",
                "\\$a|$a",
                "\\\\$a|\\1",
                "'$a'|$a",
                "\"$a\"|1",
                "\"\\$a\"|$a",
                "\"\\x\"|\\x",
                "\"a'b\"|a'b",
                "'a\"b'|a\"b",
                "\\x|x",
                "x\\|x",
                "${a:-z}|1",
                "${unset:-z}|z",
                "${empty:-z}|z",
                "${empty-z}|~~",
                "${unset-z}|z",
                "${a:+z}|z",
                "${empty:+z}|~~",
                "${empty+z}|z",
                "${unset+z}|~~",
                "${unset:-$a}|1",
                "${unset:-${empty:-$a}}|1",
                "${unset:-'$a'}|$a",
                "${unset:-}|~~",
                "${a:?none}|1",
                "${path#*/}|usr/local/lib",
                "${path##*/}|lib",
                "${path%/*}|/usr/local",
                "${path%%/l*}|/usr",
                "${file%.gz}|archive.tar",
                "${file%%.*}|archive",
                "${file#archive?}|tar.gz",
                "${path/l/L}|/usr/Local/lib",
                "${path//l/L}|/usr/LocaL/Lib",
                "${file/.*/}|archive",
                "${path/none/x}|/usr/local/lib",
                "$1|~~"
            })
    void aVariableHasItsValue(String text, String expected) {
        assertThat(values.of(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'a|matching single-quote",
                "\"a|matching double-quote",
                "${a|missing '}'",
                "${|missing '}'",
                "${}|bad substitution",
                "${a:-b|looking for matching }",
                "${a:x}|unsupported modifier (:x)",
                "${a^}|unsupported modifier (^)",
                "${unset:?is needed}|unset: is needed",
                "${empty:?}|is not allowed to be unset",
                "${unset?gone}|unset: gone",
                "${a/b}|looking for matching /"
            })
    void whatIsWrongIsSaidWithTheLine(String text, String reason) {
        assertThatThrownBy(() -> values.of(text))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("line 3")
                .hasMessageContaining(reason);
    }

    @Test
    void blanksOfAVariableSeparateWordsOutsideOfQuotes() {
        assertThat(values.words("$words z")).containsExactly("x", "y", "z");
        assertThat(values.words("\"$words\" z")).containsExactly("x  y", "z");
        assertThat(values.words("$unset")).isEmpty();
    }

    @Test
    void filesKeepTheirQuotes() {
        assertThat(values.ofFile("'$a' \"${a}\" \\$a \\n \\\\")).isEqualTo("'1' \"1\" $a \\n \\");
    }

    @Test
    void anotherEscapeIsTheOnlyOne() {
        assertThat(new Substitution(1, '`', VALUES::get).of("`$a\\$a")).isEqualTo("$a\\1");
    }

    @Test
    void nestedVariablesEndSomewhere() {
        String deep = "${x:-".repeat(100) + "}".repeat(100);
        assertThatThrownBy(() -> values.of(deep)).hasMessageContaining("nested");
    }
}
