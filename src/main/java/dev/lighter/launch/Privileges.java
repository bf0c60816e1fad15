package dev.lighter.launch;

import static dev.lighter.launch.Arg.NULL;
import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Arg.named;
import static dev.lighter.launch.Arg.number;

import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.seccomp.SeccompProfile;
import java.util.Locale;
import java.util.Map;

/**
 * The part of a container's program that takes privileges away: resource limits, the user, capabilities, the system call filter. The
 * filter is installed while CAP_SYS_ADMIN is still there (seccomp(2) wants that or no_new_privs); capset comes after it.
 */
final class Privileges {
    /** Where the user namespace is that a process joins before it gives up its privileges, if it has one. */
    static final int USERS = Descriptors.CONTROL;

    private static final long CLONE_NEWUSER = 0x1000_0000L;
    private static final int PR_SET_KEEPCAPS = 8;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int CAPABILITY_VERSION_3 = 0x2008_0522;
    private static final int SOCK_FILTER_BYTES = 8;

    /** Names of getrlimit(2), with their numbers, the same on x86-64 and aarch64. */
    private static final Map<String, Integer> RLIMITS = Map.ofEntries(
            Map.entry("cpu", 0),
            Map.entry("fsize", 1),
            Map.entry("data", 2),
            Map.entry("stack", 3),
            Map.entry("core", 4),
            Map.entry("rss", 5),
            Map.entry("nproc", 6),
            Map.entry("nofile", 7),
            Map.entry("memlock", 8),
            Map.entry("as", 9),
            Map.entry("locks", 10),
            Map.entry("sigpending", 11),
            Map.entry("msgqueue", 12),
            Map.entry("nice", 13),
            Map.entry("rtprio", 14),
            Map.entry("rttime", 15));

    private Privileges() {}

    /** Whether a resource limit of this name exists. */
    static boolean isResourceLimit(String name) {
        return RLIMITS.containsKey(name);
    }

    static void write(ProgramBuilder program, LaunchSpec spec, ProgramFacts facts) {
        program.call("umask", Flags.octal(022));
        for (LaunchSpec.ResourceLimit limit : spec.resources().resourceLimits()) {
            Integer resource = RLIMITS.get(limit.name());
            if (resource == null) {
                throw new IllegalArgumentException("unknown resource limit " + limit.name());
            }
            Data values = program.zeros(16).putLong(0, limit.soft()).putLong(8, limit.hard());
            program.call(
                            "prlimit64",
                            ZERO,
                            named(resource, "RLIMIT_" + limit.name().toUpperCase(Locale.ROOT)),
                            Arg.address(values, "{" + limit.soft() + ", " + limit.hard() + "}"),
                            NULL)
                    .why("the resource limit " + limit.name());
        }
        if (spec.ids().isMapped()) {
            program.call("setns", number(USERS), named(CLONE_NEWUSER, "CLONE_NEWUSER"))
                    .why("from here on its root is nobody on the host, and what it can do ends with its own");
            program.call("close", number(USERS));
        }
        for (int capability = 0; capability <= facts.lastCapability(); capability++) {
            if ((facts.capabilities() >> capability & 1) == 0) {
                program.call(
                                "prctl",
                                named(PR_CAPBSET_DROP, "PR_CAPBSET_DROP"),
                                named(capability, capabilityName(capability)),
                                ZERO,
                                ZERO,
                                ZERO)
                        .why("no program in the container can ever have it");
            }
        }
        user(program, facts);
        if (spec.noNewPrivileges()) {
            program.call("prctl", named(PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"), number(1), ZERO, ZERO, ZERO)
                    .why("set-user-id programs give nothing");
        }
        SeccompProfile profile = spec.isolation().profile();
        filter(program, facts, profile == null ? 0 : profile.flags());
        long kept = facts.uid() == 0 ? facts.capabilities() : 0;
        capset(
                program,
                kept,
                kept,
                facts.uid() == 0 ? "the capabilities that stay" : "a user other than root has none");
    }

    private static void user(ProgramBuilder program, ProgramFacts facts) {
        Data groups = program.zeros(4 * facts.groups().size());
        for (int i = 0; i < facts.groups().size(); i++) {
            groups.putInt(4 * i, facts.groups().get(i));
        }
        program.call(
                        "setgroups",
                        number(facts.groups().size()),
                        Arg.address(groups, facts.groups().toString()))
                .why("the user's supplementary groups, and none of the engine's");
        program.call("setresgid", number(facts.gid()), number(facts.gid()), number(facts.gid()))
                .why("the group");
        if (facts.uid() != 0) {
            program.call("prctl", named(PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS"), number(1), ZERO, ZERO, ZERO)
                    .why("the filter below still needs a capability");
        }
        program.call("setresuid", number(facts.uid()), number(facts.uid()), number(facts.uid()))
                .why("the user");
        if (facts.uid() != 0) {
            capset(program, facts.heldCapabilities(), facts.heldCapabilities(), "in effect once more, for the filter");
        }
    }

    private static void filter(ProgramBuilder program, ProgramFacts facts, int flags) {
        byte[] filter = facts.seccompFilter();
        if (filter == null) {
            return;
        }
        Data instructions = program.bytes(filter);
        int count = filter.length / SOCK_FILTER_BYTES;
        Data descriptor = program.zeros(16).putShort(0, count).point(8, instructions, 0);
        program.call(
                        "seccomp",
                        named(1, "SECCOMP_SET_MODE_FILTER"),
                        named(flags, flags == 0 ? "0" : "flags " + flags),
                        Arg.address(descriptor, "{" + count + " instructions}"))
                .why("refuses the system calls that containers do not need");
    }

    /** Writes the call that sets this process's capabilities, capset(2). */
    static void capset(ProgramBuilder program, long effective, long permitted, String why) {
        Data header = program.zeros(8).putInt(0, CAPABILITY_VERSION_3);
        Data sets = program.zeros(24)
                .putInt(0, (int) effective)
                .putInt(4, (int) permitted)
                .putInt(12, (int) (effective >>> 32))
                .putInt(16, (int) (permitted >>> 32));
        program.call(
                        "capset",
                        Arg.address(header, "{_LINUX_CAPABILITY_VERSION_3}"),
                        Arg.address(
                                sets,
                                String.format("{effective=%#x, permitted=%#x, inheritable=0}", effective, permitted)))
                .why(why);
    }

    private static String capabilityName(int number) {
        return number < Capabilities.NAMES.size() ? Capabilities.NAMES.get(number) : "capability " + number;
    }
}
