package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.seccomp.SeccompProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompProfileReaderTest {
    private static final Path REFERENCE = Path.of("../shared/reference/seccomp-default.json");
    private static final KernelVersion KERNEL = new KernelVersion(6, 1);

    private static boolean allows(SeccompProfile profile, Set<String> capabilities, String call, long... arguments) {
        return profile.allows(KERNEL, capabilities, call, arguments);
    }

    @Test
    void namesActionsErrorsAndTestsAreRead() {
        SeccompProfile profile = SeccompProfileReader.read("""
                {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"],
                 "flags":["SECCOMP_FILTER_FLAG_LOG"],
                 "syscalls":[{"name":"chmod","action":"SCMP_ACT_ERRNO","errnoRet":13,"comment":"no"},
                  {"names":["personality"],"action":"SCMP_ACT_KILL_PROCESS",
                   "args":[{"index":0,"value":255,"valueTwo":8,"op":"SCMP_CMP_MASKED_EQ"}]}]}""");
        assertThat(profile.defaultAction()).isEqualTo(SeccompProfile.ALLOW);
        assertThat(profile.flags()).isEqualTo(2);
        assertThat(profile.rules()).extracting(SeccompProfile.Rule::action).containsExactly(0x5000d, 0x80000000);
        assertThat(allows(profile, Set.of(), "read")).isTrue();
        assertThat(allows(profile, Set.of(), "personality", 0x108)).isFalse();
        assertThat(allows(profile, Set.of(), "personality", 0x109)).isTrue();
        if (Arch.host() == Arch.X86_64) {
            assertThat(profile.i386()).isTrue();
        }
    }

    @Test
    void testsOfOneArgumentAreAlternativesAndOfSeveralAllMustHold() {
        SeccompProfile profile = SeccompProfileReader.read("""
                {"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
                 {"names":["personality"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":0,"op":"SCMP_CMP_EQ"},
                   {"index":0,"value":8,"op":"SCMP_CMP_EQ"}]},
                 {"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"},
                   {"index":1,"value":2,"op":"SCMP_CMP_EQ"}]}]}""");
        assertThat(allows(profile, Set.of(), "personality", 0)).isTrue();
        assertThat(allows(profile, Set.of(), "personality", 8)).isTrue();
        assertThat(allows(profile, Set.of(), "personality", 9)).isFalse();
        assertThat(allows(profile, Set.of(), "socket", 1, 2)).isTrue();
        assertThat(allows(profile, Set.of(), "socket", 1, 1)).isFalse();
    }

    @Test
    void valuesHave64BitsWithoutASign() {
        SeccompProfile profile = SeccompProfileReader.read("""
                {"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["personality"],"action":"SCMP_ACT_ALLOW",
                 "args":[{"index":0,"value":18446744073709551615,"op":"SCMP_CMP_EQ"}]}]}""");
        assertThat(allows(profile, Set.of(), "personality", -1)).isTrue();
        assertThat(allows(profile, Set.of(), "personality", 0xffff_ffffL)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nonsense                                                                        | it is not JSON
            []                                                                              | it must be a JSON object
            {}                                                                              | defaultAction: string  is not a valid action
            {"defaultAction":"ALLOW"}                                                       | defaultAction: string ALLOW is not a valid action
            {"defaultAction":"SCMP_ACT_NOTIFY"}                                             | defaultAction: notifications
            {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":70000}                      | defaultErrnoRet: 70000 is not an error number
            {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":"x"}                        | defaultErrnoRet: must be a whole number
            {"defaultAction":"SCMP_ACT_ERRNO","defaultErrno":"ENOSYS"}                      | defaultErrno: an error is given by its number
            {"defaultAction":"SCMP_ACT_ALLOW","surprise":1}                                 | surprise: there is no such field
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":{}}                                | syscalls: must be a list
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[1]}                               | syscalls[0]: must be an object
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"action":"SCMP_ACT_ALLOW"}]}     | syscalls[0].names: a rule must name
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"name":"b"}]}      | syscalls[0].names: use either
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"action":"NO"}]}   | syscalls[0].action: string NO is not a valid action
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[1]}]}                   | syscalls[0].names: must be a list of texts
            {"defaultAction":"SCMP_ACT_ALLOW","architectures":["x"]}                        | architectures: "x" is not an architecture
            {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86"],"archMap":[{}]} | use either 'architectures' or 'archMap'
            {"defaultAction":"SCMP_ACT_ALLOW","flags":["X"]}                                | flags: seccomp flag "X"
            {"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/x"}                          | listenerPath: notifications
            """)
    void whatIsWrongIsSaidWithItsPlace(String profile, String words) {
        assertThatThrownBy(() -> SeccompProfileReader.read(profile))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID))
                .hasMessageStartingWith("HostConfig.SecurityOpt: invalid seccomp profile: ")
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"index":6,"value":1,"op":"SCMP_CMP_EQ"}        | args[0].index: a system call has the arguments 0 to 5, not 6
            {"index":-1,"value":1,"op":"SCMP_CMP_EQ"}       | args[0].index
            {"index":0,"value":1,"op":"EQ"}                 | args[0].op: string EQ is not a valid operator
            {"index":0,"value":1.5,"op":"SCMP_CMP_EQ"}      | args[0].value: must be a whole number
            {"index":0,"value":"1","op":"SCMP_CMP_EQ"}      | args[0].value: must be a whole number
            {"index":0,"value":36893488147419103232,"op":"SCMP_CMP_EQ"} | args[0].value: must be a whole number
            {"index":0,"x":1,"op":"SCMP_CMP_EQ"}            | args[0].x: there is no such field
            """)
    void testsOfArgumentsAreChecked(String test, String words) {
        String profile = "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
                + "\"action\":\"SCMP_ACT_ERRNO\",\"args\":[" + test + "]}]}";
        assertThatThrownBy(() -> SeccompProfileReader.read(profile)).hasMessageContaining("syscalls[0]." + words);
    }

    @Test
    void conditionsAreChecked() {
        String start = "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
                + "\"action\":\"SCMP_ACT_ERRNO\",";
        assertThatThrownBy(() -> SeccompProfileReader.read(start + "\"includes\":{\"minKernel\":\"new\"}}]}"))
                .hasMessageContaining("syscalls[0].includes.minKernel: \"new\" is not a kernel's version");
        assertThatThrownBy(() -> SeccompProfileReader.read(start + "\"excludes\":{\"who\":[]}}]}"))
                .hasMessageContaining("syscalls[0].excludes.who");
        assertThatThrownBy(() -> SeccompProfileReader.read(start + "\"excludes\":[]}]}"))
                .hasMessageContaining("syscalls[0].excludes: must be an object");
    }

    /** Docker's own default profile, read as one of a user's. */
    @Test
    void theReferenceProfileIsRead() throws Exception {
        boolean there = Files.exists(REFERENCE);
        if (!there) {
            System.out.println("skipped: no reference file");
        }
        assumeThat(there).as("skipped: no reference file").isTrue();
        SeccompProfile profile = SeccompProfileReader.read(Files.readString(REFERENCE));
        assertThat(profile.rules()).hasSizeGreaterThan(20);
        assertThat(profile.compile(Arch.host(), KERNEL, Capabilities.DEFAULT)).isNotEmpty();
        for (String call : List.of("read", "openat", "execve", "futex", "ptrace", "signalfd4")) {
            assertThat(allows(profile, Capabilities.DEFAULT, call)).as(call).isTrue();
        }
        for (String call : List.of("mount", "bpf", "setns", "reboot", "keyctl")) {
            assertThat(allows(profile, Capabilities.DEFAULT, call)).as(call).isFalse();
        }
        assertThat(allows(profile, Set.of("CAP_SYS_ADMIN"), "mount")).isTrue();
        assertThat(allows(profile, Set.of(), "personality", 0x20008)).isTrue();
        assertThat(allows(profile, Set.of(), "personality", 1)).isFalse();
        assertThat(allows(profile, Set.of(), "clone", 0x1011)).isTrue();
        assertThat(allows(profile, Set.of(), "clone", 0x1000_0011)).isFalse();
    }
}
