package dev.lighter.kernel.seccomp;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.SyscallTable;
import dev.lighter.kernel.seccomp.FilterRule.ArgumentTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private static final int UNKNOWN = FilterRule.ERRNO | Errno.ENOSYS;

    private static final List<FilterRule> RULES = FilterRule.load();
    private static final Set<String> MATTERING = RULES.stream()
            .flatMap(rule -> Stream.concat(rule.with().stream(), rule.without().stream()))
            .collect(Collectors.toUnmodifiableSet());
    private static final Map<Key, byte[]> COMPILED = new ConcurrentHashMap<>();

    private SeccompFilter() {}

    private record Key(Arch arch, KernelVersion kernel, Set<String> capabilities) {}

    /** What happens to one system call: the first case whose tests hold decides; the last has none. */
    private record Decision(List<Case> cases) {
        static Decision always(int action) {
            return new Decision(List.of(new Case(List.of(), action)));
        }
    }

    private record Case(List<ArgumentTest> tests, int action) {}

    /** All numbers from {@code first} up to the next range's. */
    private record Range(int first, Decision decision) {}

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
        FilterCode foreign = FilterCode.answer(FilterRule.KILL_PROCESS);
        if (key.arch == Arch.X86_64) {
            foreign = FilterCode.branch(FilterCode.JUMP_EQUAL, I386, calls(SyscallTable.Abi.I386, key), foreign);
        }
        FilterCode nativeCalls = calls(SyscallTable.Abi.of(key.arch), key);
        return FilterCode.load(
                        FilterCode.ARCHITECTURE,
                        FilterCode.branch(FilterCode.JUMP_EQUAL, key.arch.auditArch(), nativeCalls, foreign))
                .bytes();
    }

    private static FilterCode calls(SyscallTable.Abi abi, Key key) {
        List<Range> ranges = ranges(abi, key);
        return FilterCode.load(FilterCode.NUMBER, search(ranges));
    }

    private static FilterCode search(List<Range> ranges) {
        if (ranges.size() == 1) {
            return decide(ranges.get(0).decision);
        }
        int middle = ranges.size() / 2;
        return FilterCode.branch(
                FilterCode.JUMP_GREATER_OR_EQUAL,
                ranges.get(middle).first,
                search(ranges.subList(middle, ranges.size())),
                search(ranges.subList(0, middle)));
    }

    private static FilterCode decide(Decision decision) {
        int last = decision.cases.size() - 1;
        FilterCode code = FilterCode.answer(decision.cases.get(last).action);
        for (int i = last - 1; i >= 0; i--) {
            code = FilterCode.when(decision.cases.get(i).tests, decision.cases.get(i).action, code);
        }
        return code;
    }

    /** Neighbours that are decided alike share a range; numbers above the highest in the list have the last one. */
    private static List<Range> ranges(SyscallTable.Abi abi, Key key) {
        TreeMap<Integer, Decision> decisions = new TreeMap<>();
        cases(abi, key).forEach((number, cases) -> decisions.put(number, decision(cases)));
        int highest = highest(abi);
        List<Range> ranges = new ArrayList<>();
        for (int number = 0; number <= highest; number++) {
            add(ranges, number, decisions.getOrDefault(number, Decision.always(REFUSE)));
        }
        add(ranges, highest + 1, Decision.always(UNKNOWN));
        return ranges;
    }

    private static void add(List<Range> ranges, int first, Decision decision) {
        if (ranges.isEmpty() || !ranges.get(ranges.size() - 1).decision.equals(decision)) {
            ranges.add(new Range(first, decision));
        }
    }

    private static Map<Integer, List<Case>> cases(SyscallTable.Abi abi, Key key) {
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
        return cases;
    }

    private static Decision decision(List<Case> cases) {
        List<Case> reachable = new ArrayList<>();
        for (Case one : cases) {
            reachable.add(one);
            if (one.tests.isEmpty()) {
                return new Decision(List.copyOf(reachable));
            }
        }
        reachable.add(new Case(List.of(), REFUSE));
        return new Decision(List.copyOf(reachable));
    }

    private static int highest(SyscallTable.Abi abi) {
        return RULES.stream()
                .flatMap(rule -> rule.calls().stream())
                .flatMapToInt(call -> SyscallTable.number(abi, call).stream())
                .max()
                .orElseThrow();
    }
}
