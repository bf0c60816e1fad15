package dev.lighter.kernel.seccomp;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.SyscallTable;
import dev.lighter.kernel.seccomp.CallRules.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The default filter of system calls, compiled for a set of capabilities. A call costs a binary search over ranges of numbers, about
 * eight comparisons; arguments are looked at only where a rule asks for it. On x86-64 calls of 32-bit programs are filtered by the same
 * rules, and x32 calls answer ENOSYS as on a kernel without them; a call of any other architecture kills the process. Compiled once per
 * set; safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
public final class SeccompFilter {
    /** {@code AUDIT_ARCH_I386}, linux/audit.h. */
    private static final int I386 = 0x4000_0003;

    private static final int REFUSE = FilterRule.ERRNO | Errno.EPERM;

    private static final List<FilterRule> RULES = FilterRule.load();
    private static final Set<String> MATTERING = RULES.stream()
            .flatMap(rule -> Stream.concat(rule.with().stream(), rule.without().stream()))
            .collect(Collectors.toUnmodifiableSet());
    private static final Map<Key, byte[]> COMPILED = new ConcurrentHashMap<>();

    private SeccompFilter() {}

    private record Key(Arch arch, KernelVersion kernel, Set<String> capabilities) {}

    /**
     * The filter for a program with these capabilities (named with or without {@code CAP_}) on the running kernel: an array of struct
     * sock_filter, eight bytes each.
     */
    public static byte[] compile(Arch arch, Set<String> capabilities) {
        return compile(arch, KernelVersion.host(), capabilities);
    }

    static byte[] compile(Arch arch, KernelVersion kernel, Set<String> capabilities) {
        Set<String> mattering = new TreeSet<>();
        for (String capability : capabilities) {
            String name = Capabilities.canonical(capability);
            if (MATTERING.contains(name)) {
                mattering.add(name);
            }
        }
        return COMPILED.computeIfAbsent(new Key(arch, kernel, mattering), SeccompFilter::compile)
                .clone();
    }

    private static byte[] compile(Key key) {
        return assemble(key.arch, rules(SyscallTable.Abi.of(key.arch), key), rules(SyscallTable.Abi.I386, key));
    }

    /** A filter for programs of an architecture; those of 32 bits on x86-64 are killed at their first call where there are no rules for them. */
    static byte[] assemble(Arch arch, CallRules nativeCalls, @Nullable CallRules i386) {
        FilterCode foreign = FilterCode.answer(FilterRule.KILL_PROCESS);
        if (arch == Arch.X86_64 && i386 != null) {
            foreign = FilterCode.branch(FilterCode.JUMP_EQUAL, I386, i386.code(), foreign);
        }
        return FilterCode.load(
                        FilterCode.ARCHITECTURE,
                        FilterCode.branch(FilterCode.JUMP_EQUAL, arch.auditArch(), nativeCalls.code(), foreign))
                .bytes();
    }

    private static CallRules rules(SyscallTable.Abi abi, Key key) {
        Map<Integer, List<Case>> cases = new TreeMap<>();
        for (FilterRule rule : RULES) {
            if (rule.appliesTo(key.arch, key.kernel, key.capabilities)) {
                for (String call : rule.calls()) {
                    SyscallTable.number(abi, call)
                            .ifPresent(number -> cases.computeIfAbsent(number, n -> new ArrayList<>())
                                    .add(new Case(rule.tests(), rule.action())));
                }
            }
        }
        return new CallRules(cases, REFUSE, CallRules.UNKNOWN, highest(abi));
    }

    private static int highest(SyscallTable.Abi abi) {
        return RULES.stream()
                .flatMap(rule -> rule.calls().stream())
                .flatMapToInt(call -> SyscallTable.number(abi, call).stream())
                .max()
                .orElseThrow();
    }
}
