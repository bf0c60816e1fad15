package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "alpine, docker.io/library/alpine:latest, alpine:latest",
        "alpine:3.20, docker.io/library/alpine:3.20, alpine:3.20",
        "lighter/host, docker.io/lighter/host:latest, lighter/host:latest",
        "docker.io/library/alpine, docker.io/library/alpine:latest, alpine:latest",
        "index.docker.io/alpine, docker.io/library/alpine:latest, alpine:latest",
        "localhost/a, localhost/a:latest, localhost/a:latest",
        "localhost:5000/a/b/c:x, localhost:5000/a/b/c:x, localhost:5000/a/b/c:x",
        "registry.example.com/a_b/c__d.e-f--g:V1.0_x, registry.example.com/a_b/c__d.e-f--g:V1.0_x, registry.example.com/a_b/c__d.e-f--g:V1.0_x",
        "[::1]:5000/a, [::1]:5000/a:latest, [::1]:5000/a:latest",
        "Host/a, Host/a:latest, Host/a:latest",
        "docker.io/library/a/b, docker.io/library/a/b:latest, library/a/b:latest"
    })
    void namesAreReadInTheirShortAndFullForms(String text, String full, String familiar) {
        ImageReference reference = ImageReference.parse(text).orLatest();

        assertThat(reference).hasToString(full);
        assertThat(reference.familiar()).isEqualTo(familiar);
        assertThat(ImageReference.parse(full)).isEqualTo(reference);
    }

    @Test
    void aDigestStandsBesideATagOrInItsPlace() {
        ImageReference both = ImageReference.parse("a:1@sha256:" + HEX);

        assertThat(both.tag()).isEqualTo("1");
        assertThat(both.digest()).isEqualTo("sha256:" + HEX);
        assertThat(ImageReference.parse("a@sha256:" + HEX).orLatest().tag()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                "a:.x",
                "a/",
                "/a",
                "a//b",
                "-a",
                "a-",
                "a b",
                "a:b c",
                "a@sha256:12",
                "a@md5:abc",
                "..",
                "a/../b",
                "a\n",
                "reg:port/a",
                "a___b",
                "http://a/b",
                "a?b",
                "%41"
            })
    void whatIsNoNameIsRefusedInDockersWords(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("invalid reference format");
    }

    @Test
    void particularMistakesAreNamed() {
        assertThatThrownBy(() -> ImageReference.parse("Alpine"))
                .hasMessage("invalid reference format: repository name (library/Alpine) must be lowercase");
        assertThatThrownBy(() -> ImageReference.parse(HEX))
                .hasMessage("invalid repository name (" + HEX + "), cannot specify 64-byte hexadecimal strings");
        assertThatThrownBy(() -> ImageReference.parse("a:" + "t".repeat(129))).hasMessage("invalid reference format");
        assertThatThrownBy(() -> ImageReference.parse("a/" + "n".repeat(250) + "/" + "n".repeat(250)))
                .hasMessage("repository name must not be more than 255 characters");
    }
}
