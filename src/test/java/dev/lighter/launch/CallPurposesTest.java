package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sentences for calls that do not bring their own. */
class CallPurposesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openat | openat(AT_FDCWD, \"/sys/fs/cgroup/pids/x/tasks\", O_WRONLY) | control group",
                "openat | openat(5, \"log/out\", O_WRONLY) | log",
                "openat | openat(5, \"exit.new\", O_WRONLY) | exit status",
                "mount | mount(NULL, \"/sys\", NULL, MS_REMOUNT, NULL) | read-only",
                "mount | mount(\"tmpfs\", \"/dev\", \"tmpfs\", 0, NULL) | of its own",
                "lseek | lseek(fd, 0, SEEK_END) | where the log ends",
                "umask | umask(022) | usual mask",
                "umask | umask(0) | taken as they are given",
            })
    void aCallIsExplainedByWhatItIsDoneTo(String call, String shown, String expected) {
        assertThat(CallPurposes.usual(call, shown)).contains(expected);
    }

    @Test
    void everyCallHasASentence() {
        assertThat(CallPurposes.usual("landlock_restrict_self", "landlock_restrict_self(3, 0)"))
                .isNotEmpty();
    }
}
