package dev.lighter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The state of this very machine; only root may ask for all of it. */
class MachineStateIT {
    @Test
    void aFileLeftBehindIsNamedUntilItIsGone() throws Exception {
        MachineState before = MachineState.parse(MachineState.capture().lines());
        Path left = Files.createTempFile(Path.of("/tmp"), "lighter-machine-state", "");
        try {
            assertThat(MachineState.capture().leftSince(before)).contains("file: " + left);
        } finally {
            Files.delete(left);
        }
        assertThat(MachineState.capture().leftSince(before)).doesNotContain("file: " + left);
    }

    @Test
    void everyKindIsLookedAt() throws Exception {
        MachineState state = MachineState.capture();

        assertThat(state.kinds())
                .containsOnlyKeys(
                        "mount",
                        "control group",
                        "network link",
                        "network namespace",
                        "process",
                        "packet filter table",
                        "host setting",
                        "loop device",
                        "file");
        assertThat(state.kinds().get("network link")).contains("lo");
        assertThat(state.kinds().get("mount")).contains("/proc proc");
        assertThat(state.kinds().get("network namespace")).isNotEmpty();
        assertThat(state.kinds().get("host setting")).anyMatch(setting -> setting.matches("ipv4/ip_forward=[01]"));
        assertThat(state.kinds().get("host setting"))
                .anyMatch(setting -> setting.matches("ipv4/neigh/default/gc_thresh3=\\d{3,}"));
    }
}
