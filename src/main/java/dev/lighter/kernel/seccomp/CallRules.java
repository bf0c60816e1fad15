package dev.lighter.kernel.seccomp;

import dev.lighter.kernel.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happens to the system calls of one interface.
 *
 * @param cases by number: the first whose tests hold decides
 * @param otherwise what happens to a call that no case decides
 * @param unknown what happens to numbers above the highest
 * @param highest the highest number that the rules know of
 */
record CallRules(Map<Integer, List<Case>> cases, int otherwise, int unknown, int highest) {
    /** A call that this kernel does not have. */
    static final int UNKNOWN = FilterRule.ERRNO | Errno.ENOSYS;

    /** From here on numbers are those of x32, an interface that no program of a container needs. */
    private static final int X32 = 0x4000_0000;

    record Case(List<ArgumentTest> tests, int action) {}

    /** The first case whose tests hold decides; the last has none. */
    private record Decision(List<Case> cases) {
        static Decision always(int action) {
            return new Decision(List.of(new Case(List.of(), action)));
        }
    }

    /** All numbers from {@code first} up to the next range's. */
    private record Range(int first, Decision decision) {}

    /** What happens to one call. */
    int verdict(int number, long... arguments) {
        if (number > highest) {
            return number >= X32 ? UNKNOWN : unknown;
        }
        return decision(number).cases.stream()
                .filter(one -> one.tests.stream().allMatch(test -> test.holds(arguments)))
                .findFirst()
                .orElseThrow()
                .action;
    }

    /** Code that loads the number and answers. */
    FilterCode code() {
        return FilterCode.load(FilterCode.NUMBER, search(ranges()));
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

    /** Neighbours that are decided alike share a range. */
    private List<Range> ranges() {
        TreeMap<Integer, Decision> decisions = new TreeMap<>();
        cases.keySet().forEach(number -> decisions.put(number, decision(number)));
        List<Range> ranges = new ArrayList<>();
        for (int number = 0; number <= highest; number++) {
            add(ranges, number, decisions.getOrDefault(number, Decision.always(otherwise)));
        }
        add(ranges, highest + 1, Decision.always(unknown));
        add(ranges, X32, Decision.always(UNKNOWN));
        return ranges;
    }

    private static void add(List<Range> ranges, int first, Decision decision) {
        if (ranges.isEmpty() || !ranges.get(ranges.size() - 1).decision.equals(decision)) {
            ranges.add(new Range(first, decision));
        }
    }

    private Decision decision(int number) {
        List<Case> reachable = new ArrayList<>();
        for (Case one : cases.getOrDefault(number, List.of())) {
            reachable.add(one);
            if (one.tests.isEmpty()) {
                return new Decision(List.copyOf(reachable));
            }
        }
        reachable.add(new Case(List.of(), otherwise));
        return new Decision(List.copyOf(reachable));
    }
}
