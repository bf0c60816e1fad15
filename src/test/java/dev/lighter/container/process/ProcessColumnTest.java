package dev.lighter.container.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessColumnTest {
    private static final Instant BOOT = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path directory;

    private HostFacts facts(Instant now) throws IOException {
        Path passwd = directory.resolve("passwd");
        Files.writeString(passwd, "root:x:0:0::/root:/bin/sh\nweb:x:33:33::/:/bin/sh\nother:x:33:33::/:\nbroken\n");
        Path group = directory.resolve("group");
        Files.writeString(group, "www:x:33:\n");
        return new HostFacts(new HostAccounts(passwd, group), BOOT, now, ZoneOffset.UTC, 1_000_000);
    }

    private static ProcessStatus process(char state, int terminal, long ticks, long start, String command) {
        return new ProcessStatus(
                5,
                1,
                5,
                5,
                "sh",
                command,
                state,
                terminal,
                5,
                0,
                0,
                ticks,
                0,
                20,
                0,
                3,
                start,
                9000,
                25_000,
                1,
                0,
                Map.of("Uid", "0\t33\t33\t33", "Gid", "33\t77\t77\t77"));
    }

    @Test
    void usersAndGroupsHaveTheHostsNamesOrNumbers() throws IOException {
        HostFacts facts = facts(BOOT.plusSeconds(100));
        ProcessStatus process = process('S', 0, 0, 0, "sh");

        assertThat(ProcessColumn.USER.of(process, facts)).isEqualTo("web");
        assertThat(ProcessColumn.RUSER.of(process, facts)).isEqualTo("root");
        assertThat(ProcessColumn.UID.of(process, facts)).isEqualTo("33");
        assertThat(ProcessColumn.GROUP.of(process, facts)).isEqualTo("77");
        assertThat(ProcessColumn.RGROUP.of(process, facts)).isEqualTo("www");
    }

    @Test
    void timesAreWrittenAsPsWritesThem() throws IOException {
        ProcessStatus process = process('S', 0, 100 * 93_784, 6000, "sh");
        HostFacts soon = facts(BOOT.plusSeconds(160));
        HostFacts nextDay = facts(BOOT.plusSeconds(60 + 86_400 + 3_723));

        assertThat(ProcessColumn.TIME.of(process, soon)).isEqualTo("1-02:03:04");
        assertThat(ProcessColumn.BSD_TIME.of(process, soon)).isEqualTo("1563:04");
        assertThat(ProcessColumn.ETIME.of(process, soon)).isEqualTo("01:40");
        assertThat(ProcessColumn.ETIME.of(process, nextDay)).isEqualTo("1-01:02:03");
        assertThat(ProcessColumn.STIME.of(process, soon)).isEqualTo("10:01");
        assertThat(ProcessColumn.STIME.of(process, nextDay)).isEqualTo("Mar01");
        assertThat(ProcessColumn.BSD_START.of(process, soon)).isEqualTo("10:01");
    }

    @Test
    void sharesAreOfTheProcesssWholeLifeAndOfTheMachinesMemory() throws IOException {
        ProcessStatus process = process('R', 0, 5_000, 0, "sh");
        HostFacts facts = facts(BOOT.plusSeconds(200));

        assertThat(ProcessColumn.PCPU.of(process, facts)).isEqualTo("25.0");
        assertThat(ProcessColumn.C.of(process, facts)).isEqualTo("25");
        assertThat(ProcessColumn.PMEM.of(process, facts)).isEqualTo("2.5");
    }

    @Test
    void statesTerminalsAndCommandsAreWordedAsInPs() throws IOException {
        HostFacts facts = facts(BOOT.plusSeconds(1));

        assertThat(ProcessColumn.STAT.of(process('S', 0x8801, 0, 0, "sh"), facts)).isEqualTo("Ssl+");
        assertThat(ProcessColumn.TTY.of(process('S', 0x8801, 0, 0, "sh"), facts)).isEqualTo("pts/1");
        assertThat(ProcessColumn.TTY.of(process('S', 0, 0, 0, "sh"), facts)).isEqualTo("?");
        assertThat(ProcessColumn.TTY.of(process('S', 0x441, 0, 0, "sh"), facts)).isEqualTo("ttyS1");
        assertThat(ProcessColumn.CMD.of(process('S', 0, 0, 0, ""), facts)).isEqualTo("[sh]");
        assertThat(ProcessColumn.CMD.of(process('Z', 0, 0, 0, ""), facts)).isEqualTo("[sh] <defunct>");
        assertThat(ProcessColumn.COMM.of(process('S', 0, 0, 0, "sh -c x"), facts)).isEqualTo("sh");
    }
}
