package dev.lighter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineStateTest {
    @Test
    void onlyWhatIsNewIsLeft() {
        MachineState before = MachineState.parse(List.of("mount\t/proc proc", "mount\t/old ext4"));
        MachineState after = MachineState.parse(List.of("mount\t/proc proc", "mount\t/new overlay", "process\t7 x"));

        assertThat(after.leftSince(before)).containsExactly("mount: /new overlay", "process: 7 x");
        assertThat(before.leftSince(before)).isEmpty();
    }

    @Test
    void aFileThatIsNoSavedStateIsRefused() {
        assertThatThrownBy(() -> MachineState.parse(List.of("garbage")))
                .hasMessage("not a line of a saved machine state: garbage");
    }
}
