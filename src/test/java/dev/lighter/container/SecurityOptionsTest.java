package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "no-new-privileges, true",
        "no-new-privileges=true, true",
        "no-new-privileges:true, true",
        "no-new-privileges=1, true",
        "no-new-privileges=False, false",
        "no-new-privileges:false, false",
        "seccomp=unconfined, false",
    })
    void noNewPrivilegesHasItsForms(String option, boolean wanted) {
        assertThat(SecurityOptions.parse(List.of(option)).noNewPrivileges()).isEqualTo(wanted);
    }

    @Test
    void theFilterIsNoneTheBuiltInOneOrAProfile() {
        assertThat(SecurityOptions.parse(List.of()).filter()).isNull();
        assertThat(SecurityOptions.parse(List.of("seccomp=unconfined")).filter())
                .isFalse();
        assertThat(SecurityOptions.parse(List.of("seccomp:unconfined")).filter())
                .isFalse();
        SecurityOptions builtIn = SecurityOptions.parse(List.of("seccomp=builtin"));
        assertThat(builtIn.filter()).isTrue();
        assertThat(builtIn.profile()).isNull();
        SecurityOptions own = SecurityOptions.parse(List.of("seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}"));
        assertThat(own.filter()).isTrue();
        assertThat(own.profile()).isNotNull();
        assertThat(SecurityOptions.parse(List.of("seccomp=unconfined", "seccomp=builtin"))
                        .filter())
                .as("the last counts")
                .isTrue();
    }

    @Test
    void whatIsTheTruthHereIsTaken() {
        SecurityOptions options = SecurityOptions.parse(
                List.of("apparmor=unconfined", "label=disable", "systempaths=unconfined", "writable-cgroups=true"));
        assertThat(options.systemPaths()).isFalse();
        assertThat(options.writableControlGroups()).isTrue();
        assertThat(SecurityOptions.parse(List.of()).systemPaths()).isTrue();
        assertThat(SecurityOptions.parse(List.of()).writableControlGroups()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apparmor=docker-default",
                "label=user:USER",
                "label=level:s0:c1",
                "no-new-privileges=maybe",
                "systempaths=confined",
                "writable-cgroups=perhaps",
                "unheard=of",
                "unheard",
                "seccomp",
                "seccomp=profile.json",
                "SECCOMP=unconfined",
                "=",
                "",
            })
    void othersAreRefused(String option) {
        assertThatThrownBy(() -> SecurityOptions.parse(List.of("no-new-privileges", option)))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID));
    }
}
