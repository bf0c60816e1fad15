package dev.lighter.kernel.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.SyscallTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares every verdict of the compiled filter with the reference profile, for each capability that matters, alone and together. The one
 * difference wanted: calls above the highest that the profile names answer ENOSYS, as runc makes of the profile too.
 */
class ReferenceProfileTest {
    private static final Path REFERENCE = Path.of("../shared/reference/seccomp-default.json");
    private static final KernelVersion NEW = new KernelVersion(6, 1);
    private static final KernelVersion OLD = new KernelVersion(4, 7);
    private static final int ALLOW = 0x7fff0000;
    private static final int ERRNO = 0x00050000;
    private static final int ENOSYS = 38;
    private static final int I386 = 0x40000003;

    /** First arguments at and beside every limit that a rule of the profile or of our list has. */
    private static final long[] ARGUMENTS = {
        0,
        1,
        7,
        8,
        9,
        37,
        38,
        39,
        40,
        41,
        0x1ffff,
        0x20000,
        0x20008,
        0x20009,
        0xffffffffL,
        0x02000000,
        0x10000000,
        0x40000000,
        0x7e020000,
        0x7e020011,
        0x003d0f00,
        17
    };

    private List<JsonNode> rules = List.of();
    private int fallback;

    @BeforeEach
    void readReference() throws Exception {
        boolean there = Files.exists(REFERENCE);
        if (!there) {
            System.out.println("skipped: no reference file");
        }
        assumeThat(there).as("skipped: no reference file").isTrue();
        JsonNode profile = new JsonMapper().readTree(Files.readString(REFERENCE));
        fallback = ERRNO | profile.get("defaultErrnoRet").asInt();
        rules = new ArrayList<>();
        profile.get("syscalls").forEach(rules::add);
    }

    @Test
    void everyVerdictIsThatOfTheReference() {
        int compared = 0;
        for (Arch arch : Arch.values()) {
            for (KernelVersion kernel : List.of(NEW, OLD)) {
                for (Set<String> capabilities : combinations()) {
                    compared += compare(arch, SyscallTable.Abi.of(arch), arch.auditArch(), kernel, capabilities);
                    if (arch == Arch.X86_64) {
                        compared += compare(arch, SyscallTable.Abi.I386, I386, kernel, capabilities);
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(1_000_000);
    }

    private List<Set<String>> combinations() {
        Set<String> mattering = new TreeSet<>();
        for (JsonNode rule : rules) {
            mattering.addAll(strings(rule.path("includes").path("caps")));
            mattering.addAll(strings(rule.path("excludes").path("caps")));
        }
        assertThat(mattering).hasSizeGreaterThan(10);
        List<Set<String>> combinations = new ArrayList<>(
                List.of(Set.of(), Capabilities.DEFAULT, Set.copyOf(Capabilities.NAMES), Set.copyOf(mattering)));
        for (String capability : mattering) {
            combinations.add(Set.of(capability));
            Set<String> allButOne = new HashSet<>(Capabilities.NAMES);
            allButOne.remove(capability);
            combinations.add(allButOne);
        }
        return combinations;
    }

    private int compare(
            Arch arch, SyscallTable.Abi abi, int auditArch, KernelVersion kernel, Set<String> capabilities) {
        FilterMachine machine = new FilterMachine(SeccompFilter.compile(arch, kernel, capabilities));
        Map<Integer, List<JsonNode>> expected = new TreeMap<>();
        int highest = 0;
        for (JsonNode rule : rules) {
            for (String name : strings(rule.get("names"))) {
                int number = SyscallTable.number(abi, name).orElse(-1);
                highest = Math.max(highest, number);
                if (number >= 0 && applies(rule, arch, kernel, capabilities)) {
                    expected.computeIfAbsent(number, n -> new ArrayList<>()).add(rule);
                }
            }
        }
        int compared = 0;
        for (int number = 0; number < highest + 50; number++) {
            for (long argument : ARGUMENTS) {
                int verdict =
                        number > highest ? ERRNO | ENOSYS : verdict(expected.getOrDefault(number, List.of()), argument);
                int actual = machine.run(auditArch, number, argument, argument);
                if (actual != verdict) {
                    assertThat(Integer.toHexString(actual))
                            .as("%s call %d with %x on %s and %s", abi, number, argument, kernel, capabilities)
                            .isEqualTo(Integer.toHexString(verdict));
                }
                compared++;
            }
        }
        return compared;
    }

    private int verdict(List<JsonNode> candidates, long argument) {
        for (JsonNode rule : candidates) {
            boolean holds = true;
            for (JsonNode test : rule.path("args")) {
                holds &= holds(test, argument);
            }
            if (holds) {
                return rule.get("action").asString().equals("SCMP_ACT_ALLOW")
                        ? ALLOW
                        : ERRNO | rule.get("errnoRet").asInt();
            }
        }
        return fallback;
    }

    private static boolean holds(JsonNode test, long argument) {
        long value = test.get("value").asLong();
        return switch (test.get("op").asString()) {
            case "SCMP_CMP_EQ" -> argument == value;
            case "SCMP_CMP_LT" -> Long.compareUnsigned(argument, value) < 0;
            case "SCMP_CMP_GT" -> Long.compareUnsigned(argument, value) > 0;
            case "SCMP_CMP_MASKED_EQ" ->
                (argument & value) == test.path("valueTwo").asLong(0);
            default -> throw new AssertionError(test);
        };
    }

    private static boolean applies(JsonNode rule, Arch arch, KernelVersion kernel, Set<String> capabilities) {
        JsonNode includes = rule.path("includes");
        JsonNode excludes = rule.path("excludes");
        List<String> arches = strings(includes.path("arches"));
        String since = includes.path("minKernel").asString("0.0");
        return (arches.isEmpty() || arches.contains(arch.ociName()))
                && !strings(excludes.path("arches")).contains(arch.ociName())
                && capabilities.containsAll(strings(includes.path("caps")))
                && strings(excludes.path("caps")).stream().noneMatch(capabilities::contains)
                && kernel.compareTo(KernelVersion.parse(since)) >= 0;
    }

    private static List<String> strings(JsonNode array) {
        List<String> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asString()));
        return values;
    }

    @Test
    void theListNamesExactlyTheCallsOfTheReferenceThatTheseMachinesHave() {
        Set<String> reference = new TreeSet<>();
        rules.forEach(rule -> reference.addAll(strings(rule.get("names"))));
        Set<String> ours = new TreeSet<>();
        FilterRule.load().forEach(rule -> ours.addAll(rule.calls()));

        assertThat(reference).containsAll(ours);
        reference.removeAll(ours);
        assertThat(reference)
                .as("calls of other architectures")
                .noneMatch(call -> List.of(SyscallTable.Abi.values()).stream()
                        .anyMatch(abi -> SyscallTable.number(abi, call).isPresent()));
    }
}
