package dev.lighter.kernel.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.SyscallTable;
import dev.lighter.kernel.seccomp.ArgumentTest.Comparison;
import dev.lighter.kernel.seccomp.SeccompProfile.Conditions;
import dev.lighter.kernel.seccomp.SeccompProfile.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What filters of profiles answer, on a machine that works as the kernel's does. */
class SeccompProfileTest {
    private static final int ALLOW = SeccompProfile.ALLOW;
    private static final int EPERM = SeccompProfile.ERRNO | 1;
    private static final int EACCES = SeccompProfile.ERRNO | 13;
    private static final int ENOSYS = SeccompProfile.ERRNO | 38;
    private static final int I386 = 0x4000_0003;
    private static final KernelVersion KERNEL = new KernelVersion(6, 1);
    private static final long[] EDGES = {
        0, 1, 7, 8, 9, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 0x1_0000_0000L, 0x1_0000_0008L, 0x2_0000_0008L, -1, -9
    };

    private static Rule rule(int action, String call, ArgumentTest... tests) {
        return new Rule(List.of(call), action, List.of(tests), Conditions.NONE, Conditions.NONE);
    }

    private static SeccompProfile profile(int defaultAction, Rule... rules) {
        return new SeccompProfile(defaultAction, false, 0, List.of(rules));
    }

    private static int verdict(SeccompProfile profile, String call, long... arguments) {
        int number = SyscallTable.number(SyscallTable.Abi.X86_64, call).orElseThrow();
        int compiled = new FilterMachine(profile.compile(Arch.X86_64, KERNEL, Set.of()))
                .run(Arch.X86_64.auditArch(), number, arguments);
        assertThat(profile.rules(SyscallTable.Abi.X86_64, Arch.X86_64, KERNEL, Set.of())
                        .verdict(number, arguments))
                .as("what is said of the filter and what it does")
                .isEqualTo(compiled);
        return compiled;
    }

    @ParameterizedTest
    @EnumSource(value = Comparison.class, mode = Mode.EXCLUDE, names = "NO_BIT_OF")
    void everyComparisonIsOfAll64BitsWithoutASign(Comparison comparison) {
        for (long value : EDGES) {
            for (long mask : new long[] {0xff, 0xffff_ffff_0000_0000L, -1}) {
                long wanted = comparison == Comparison.MASKED_EQUAL ? value & mask : value;
                SeccompProfile profile =
                        profile(ALLOW, rule(EACCES, "personality", ArgumentTest.wide(0, comparison, wanted, mask)));
                for (long argument : EDGES) {
                    int order = Long.compareUnsigned(argument, wanted);
                    boolean holds = switch (comparison) {
                        case EQUAL -> order == 0;
                        case NOT_EQUAL -> order != 0;
                        case LESS -> order < 0;
                        case LESS_OR_EQUAL -> order <= 0;
                        case GREATER -> order > 0;
                        case GREATER_OR_EQUAL -> order >= 0;
                        case MASKED_EQUAL -> (argument & mask) == wanted;
                        case NO_BIT_OF -> throw new AssertionError();
                    };
                    assertThat(verdict(profile, "personality", argument))
                            .as("%x %s %x (mask %x)", argument, comparison, wanted, mask)
                            .isEqualTo(holds ? EACCES : ALLOW);
                }
            }
        }
    }

    @Test
    void allTestsOfARuleMustHold() {
        SeccompProfile profile = profile(
                ALLOW,
                rule(
                        EPERM,
                        "socket",
                        ArgumentTest.wide(0, Comparison.EQUAL, 2, 0),
                        ArgumentTest.wide(1, Comparison.MASKED_EQUAL, 3, 0xf)));
        assertThat(verdict(profile, "socket", 2, 0x80003)).isEqualTo(EPERM);
        assertThat(verdict(profile, "socket", 2, 1)).isEqualTo(ALLOW);
        assertThat(verdict(profile, "socket", 1, 3)).isEqualTo(ALLOW);
    }

    @Test
    void aRuleWithoutTestsDecidesAloneWhereverItStands() {
        ArgumentTest eight = ArgumentTest.wide(0, Comparison.EQUAL, 8, 0);
        SeccompProfile after = profile(ALLOW, rule(EACCES, "personality", eight), rule(EPERM, "personality"));
        SeccompProfile before = profile(ALLOW, rule(EPERM, "personality"), rule(EACCES, "personality", eight));
        assertThat(verdict(after, "personality", 8)).isEqualTo(EPERM);
        assertThat(verdict(before, "personality", 8)).isEqualTo(EPERM);
    }

    @Test
    void whoeverListsWhatIsAllowedRefusesNewerCallsAsUnknown() {
        SeccompProfile list = profile(EPERM, rule(ALLOW, "read"), rule(ALLOW, "openat2"));
        assertThat(verdict(list, "read")).isEqualTo(ALLOW);
        assertThat(verdict(list, "write")).isEqualTo(EPERM);
        assertThat(verdict(list, "landlock_create_ruleset")).isEqualTo(ENOSYS);
        assertThat(verdict(profile(ALLOW, rule(EPERM, "read")), "landlock_create_ruleset"))
                .isEqualTo(ALLOW);
    }

    @Test
    void x32IsNoWayAround() {
        byte[] code = profile(ALLOW, rule(EPERM, "chmod")).compile(Arch.X86_64, KERNEL, Set.of());
        int chmod = SyscallTable.number(SyscallTable.Abi.X86_64, "chmod").orElseThrow();
        assertThat(new FilterMachine(code).run(Arch.X86_64.auditArch(), 0x4000_0000 | chmod))
                .isEqualTo(ENOSYS);
    }

    @Test
    void programsOf32BitsAreKilledUnlessTheProfileNamesThem() {
        List<Rule> rules = List.of(rule(EPERM, "chmod"));
        int chmod = SyscallTable.number(SyscallTable.Abi.I386, "chmod").orElseThrow();
        byte[] without = new SeccompProfile(ALLOW, false, 0, rules).compile(Arch.X86_64, KERNEL, Set.of());
        byte[] with = new SeccompProfile(ALLOW, true, 0, rules).compile(Arch.X86_64, KERNEL, Set.of());
        assertThat(new FilterMachine(without).run(I386, chmod)).isEqualTo(SeccompProfile.KILL_PROCESS);
        assertThat(new FilterMachine(with).run(I386, chmod)).isEqualTo(EPERM);
        assertThat(new FilterMachine(with).run(I386, chmod + 1)).isEqualTo(ALLOW);
    }

    @Test
    void conditionsDecideWhetherARuleIsPartOfTheFilter() {
        Conditions administrator = new Conditions(Set.of("CAP_SYS_ADMIN"), Set.of(), null);
        Conditions arm = new Conditions(Set.of(), Set.of("arm64"), null);
        Conditions since = new Conditions(Set.of(), Set.of(), new KernelVersion(6, 2));
        Rule rule = new Rule(List.of("x"), ALLOW, List.of(), administrator, Conditions.NONE);
        assertThat(rule.appliesTo(Arch.X86_64, KERNEL, Set.of())).isFalse();
        assertThat(rule.appliesTo(Arch.X86_64, KERNEL, Set.of("CAP_SYS_ADMIN"))).isTrue();
        Rule without = new Rule(List.of("x"), ALLOW, List.of(), Conditions.NONE, administrator);
        assertThat(without.appliesTo(Arch.X86_64, KERNEL, Set.of())).isTrue();
        assertThat(without.appliesTo(Arch.X86_64, KERNEL, Set.of("CAP_SYS_ADMIN")))
                .isFalse();
        Rule there = new Rule(List.of("x"), ALLOW, List.of(), arm, Conditions.NONE);
        assertThat(there.appliesTo(Arch.X86_64, KERNEL, Set.of())).isFalse();
        assertThat(there.appliesTo(Arch.AARCH64, KERNEL, Set.of())).isTrue();
        Rule newer = new Rule(List.of("x"), ALLOW, List.of(), since, Conditions.NONE);
        assertThat(newer.appliesTo(Arch.X86_64, KERNEL, Set.of())).isFalse();
        assertThat(newer.appliesTo(Arch.X86_64, new KernelVersion(6, 2), Set.of()))
                .isTrue();
        Rule older = new Rule(List.of("x"), ALLOW, List.of(), Conditions.NONE, since);
        assertThat(older.appliesTo(Arch.X86_64, KERNEL, Set.of())).isTrue();
        assertThat(older.appliesTo(Arch.X86_64, new KernelVersion(6, 2), Set.of()))
                .isFalse();
    }

    @Test
    void aProfileThatIsTooLongForTheKernelIsRefused() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            rules.add(rule(EPERM, "ioctl", ArgumentTest.wide(1, Comparison.EQUAL, i, 0)));
        }
        SeccompProfile profile = new SeccompProfile(ALLOW, false, 0, rules);
        assertThatThrownBy(() -> profile.compile(Arch.X86_64, KERNEL, Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too long for the kernel")
                .hasMessageContaining("4096");
    }
}
