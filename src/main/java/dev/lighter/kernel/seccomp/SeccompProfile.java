package dev.lighter.kernel.seccomp;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.SyscallTable;
import dev.lighter.kernel.SyscallTable.Abi;
import dev.lighter.kernel.seccomp.CallRules.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A filter that somebody wrote for a container of theirs, in the terms of the OCI runtime specification and of Docker's profiles. As with
 * libseccomp a rule without tests decides about its calls alone; of rules with tests the first that holds decides.
 *
 * @param defaultAction what the filter returns for calls that no rule decides, seccomp(2)
 * @param i386 whether programs of 32 bits may run on x86-64; otherwise their first call kills them
 * @param flags of seccomp(2)
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp">OCI runtime specification, seccomp</a>
 */
public record SeccompProfile(int defaultAction, boolean i386, int flags, List<Rule> rules) {
    /** Values that a filter returns, linux/seccomp.h; error numbers go into the lower half of ERRNO and TRACE. */
    public static final int ALLOW = FilterRule.ALLOW;

    public static final int ERRNO = FilterRule.ERRNO;
    public static final int KILL_PROCESS = FilterRule.KILL_PROCESS;
    public static final int KILL_THREAD = 0;
    public static final int TRAP = 0x0003_0000;
    public static final int TRACE = 0x7ff0_0000;
    public static final int LOG = 0x7ffc_0000;

    private static final int ACTION = 0xffff_0000;
    private static final int MOST_INSTRUCTIONS = 4096;
    private static final int INSTRUCTION_BYTES = 8;

    /**
     * What is returned for some calls.
     *
     * @param includes all of which must hold for the rule to be part of the filter
     * @param excludes none of which must
     */
    public record Rule(
            List<String> calls, int action, List<ArgumentTest> tests, Conditions includes, Conditions excludes) {
        boolean appliesTo(Arch arch, KernelVersion kernel, Set<String> capabilities) {
            KernelVersion since = includes.minKernel;
            KernelVersion before = excludes.minKernel;
            return (includes.arches.isEmpty() || includes.arches.contains(arch.ociName()))
                    && capabilities.containsAll(includes.capabilities)
                    && (since == null || kernel.compareTo(since) >= 0)
                    && !excludes.arches.contains(arch.ociName())
                    && excludes.capabilities.stream().noneMatch(capabilities::contains)
                    && (before == null || kernel.compareTo(before) < 0);
        }
    }

    /** About a container and its machine: capabilities as {@code CAP_X}, architectures as an image names them, the oldest kernel. */
    public record Conditions(
            Set<String> capabilities,
            Set<String> arches,
            @Nullable KernelVersion minKernel) {
        public static final Conditions NONE = new Conditions(Set.of(), Set.of(), null);
    }

    /**
     * The filter for a program with these capabilities: an array of struct sock_filter, eight bytes each.
     *
     * @throws IllegalArgumentException in words when it is longer than the kernel takes
     */
    public byte[] compile(Arch arch, KernelVersion kernel, Set<String> capabilities) {
        byte[] code = SeccompFilter.assemble(
                arch,
                rules(Abi.of(arch), arch, kernel, capabilities),
                i386 ? rules(Abi.I386, arch, kernel, capabilities) : null);
        if (code.length > MOST_INSTRUCTIONS * INSTRUCTION_BYTES) {
            throw new IllegalArgumentException(
                    "the seccomp profile is too long for the kernel: " + code.length / INSTRUCTION_BYTES
                            + " instructions, at most " + MOST_INSTRUCTIONS + " are possible");
        }
        return code;
    }

    /** Whether a program may make a call of this machine with these arguments. */
    public boolean allows(KernelVersion kernel, Set<String> capabilities, String call, long... arguments) {
        CallRules rules = rules(Abi.of(Arch.host()), Arch.host(), kernel, capabilities);
        int verdict = rules.verdict(SyscallTable.number(call), arguments);
        return verdict == ALLOW || verdict == LOG;
    }

    CallRules rules(Abi abi, Arch arch, KernelVersion kernel, Set<String> capabilities) {
        Map<Integer, List<Case>> cases = new TreeMap<>();
        int highest = 0;
        for (Rule rule : rules) {
            boolean applies = rule.appliesTo(arch, kernel, capabilities) && rule.action != defaultAction;
            for (String call : rule.calls) {
                int number = SyscallTable.number(abi, call).orElse(-1);
                highest = Math.max(highest, number);
                if (number >= 0 && applies) {
                    add(cases.computeIfAbsent(number, n -> new ArrayList<>()), new Case(rule.tests, rule.action));
                }
            }
        }
        // Whoever lists what is allowed knows nothing of calls that came later: programs are to fall back.
        return new CallRules(cases, defaultAction, permissive() ? defaultAction : CallRules.UNKNOWN, highest);
    }

    private static void add(List<Case> cases, Case one) {
        if (!cases.isEmpty() && cases.get(0).tests().isEmpty()) {
            return;
        }
        if (one.tests().isEmpty()) {
            cases.clear();
        }
        cases.add(one);
    }

    private boolean permissive() {
        int action = defaultAction & ACTION;
        return action == ALLOW || action == LOG || action == TRACE;
    }
}
