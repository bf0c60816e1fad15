package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.seccomp.ArgumentTest;
import dev.lighter.kernel.seccomp.ArgumentTest.Comparison;
import dev.lighter.kernel.seccomp.SeccompProfile;
import dev.lighter.kernel.seccomp.SeccompProfile.Conditions;
import dev.lighter.kernel.seccomp.SeccompProfile.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads seccomp profiles in Docker's format, which is that of the OCI runtime specification with architectures as a map and conditions.
 * What is wrong is said with the place where it is.
 *
 * @see <a href="https://docs.docker.com/engine/security/seccomp/">Seccomp security profiles for Docker</a>
 */
final class SeccompProfileReader {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST = 1 << 20;
    private static final int MOST_ERRNO = 4095;
    private static final int ARGUMENTS = 6;

    private static final Set<String> TOP = Set.of(
            "defaultAction",
            "defaultErrnoRet",
            "defaultErrno",
            "architectures",
            "archMap",
            "flags",
            "syscalls",
            "listenerPath",
            "listenerMetadata");
    private static final Set<String> RULE = Set.of(
            "name", "names", "action", "errnoRet", "errno", "args", "comment", "includes", "excludes");

    private SeccompProfileReader() {}

    /** A profile as text. Fails with what is wrong with it. */
    static SeccompProfile read(String text) {
        if (text.length() > LONGEST) {
            throw wrong("", "it is longer than " + LONGEST + " characters");
        }
        JsonNode profile;
        try {
            profile = JSON.readTree(text);
        } catch (JacksonException e) {
            throw wrong("", "it is not JSON: " + e.getOriginalMessage());
        }
        if (!profile.isObject()) {
            throw wrong("", "it must be a JSON object, unconfined or builtin");
        }
        known(profile, TOP, "");
        if (!profile.path("listenerPath").asString("").isEmpty()
                || !profile.path("listenerMetadata").asString("").isEmpty()) {
            throw wrong("listenerPath", "notifications of system calls are not available");
        }
        int defaultAction = action(profile, "defaultAction", "defaultErrnoRet", "");
        List<Rule> rules = new ArrayList<>();
        JsonNode calls = list(profile, "syscalls", "");
        for (int i = 0; i < calls.size(); i++) {
            rules.addAll(rules(calls.get(i), "syscalls[" + i + "]."));
        }
        return new SeccompProfile(defaultAction, allowsI386(profile), flags(profile), List.copyOf(rules));
    }

    private static boolean allowsI386(JsonNode profile) {
        JsonNode plain = list(profile, "architectures", "");
        JsonNode map = list(profile, "archMap", "");
        if (!plain.isEmpty() && !map.isEmpty()) {
            throw wrong("architectures", "use either 'architectures' or 'archMap'");
        }
        Set<String> names = new HashSet<>(texts(plain, "architectures"));
        String own = Arch.host() == Arch.X86_64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64";
        for (int i = 0; i < map.size(); i++) {
            JsonNode entry = map.get(i);
            String at = "archMap[" + i + "].";
            if (entry.path("architecture").asString("").equals(own)) {
                names.addAll(texts(list(entry, "subArchitectures", at), at + "subArchitectures"));
            }
        }
        for (String name : names) {
            if (!name.startsWith("SCMP_ARCH_")) {
                throw wrong("architectures", "\"" + name + "\" is not an architecture, such as SCMP_ARCH_X86_64");
            }
        }
        return names.contains("SCMP_ARCH_X86");
    }

    private static int flags(JsonNode profile) {
        int flags = 0;
        for (String flag : texts(list(profile, "flags", ""), "flags")) {
            flags |= switch (flag) {
                case "SECCOMP_FILTER_FLAG_TSYNC" -> 0;
                case "SECCOMP_FILTER_FLAG_LOG" -> 2;
                case "SECCOMP_FILTER_FLAG_SPEC_ALLOW" -> 4;
                default -> throw wrong("flags", "seccomp flag \"" + flag + "\" is not known or supported");
            };
        }
        return flags;
    }

    /** Tests of one argument in several ways are alternatives, as with libseccomp; of different arguments all must hold. */
    private static List<Rule> rules(JsonNode rule, String at) {
        if (!rule.isObject()) {
            throw wrong(at.substring(0, at.length() - 1), "must be an object");
        }
        known(rule, RULE, at);
        List<String> names = new ArrayList<>(texts(list(rule, "names", at), at + "names"));
        String name = rule.path("name").asString("");
        if (!name.isEmpty() && !names.isEmpty()) {
            throw wrong(at + "names", "use either 'name' or 'names'");
        }
        if (!name.isEmpty()) {
            names.add(name);
        }
        if (names.isEmpty()) {
            throw wrong(at + "names", "a rule must name system calls");
        }
        int action = action(rule, "action", "errnoRet", at);
        List<ArgumentTest> tests = new ArrayList<>();
        JsonNode args = list(rule, "args", at);
        for (int i = 0; i < args.size(); i++) {
            tests.add(test(args.get(i), at + "args[" + i + "]."));
        }
        Conditions includes = conditions(rule.path("includes"), at + "includes.");
        Conditions excludes = conditions(rule.path("excludes"), at + "excludes.");
        boolean alternatives =
                tests.stream().map(ArgumentTest::index).distinct().count() < tests.size();
        if (!alternatives) {
            return List.of(new Rule(List.copyOf(names), action, List.copyOf(tests), includes, excludes));
        }
        return tests.stream()
                .map(test -> new Rule(List.copyOf(names), action, List.of(test), includes, excludes))
                .toList();
    }

    private static ArgumentTest test(JsonNode test, String at) {
        if (!test.isObject()) {
            throw wrong(at.substring(0, at.length() - 1), "must be an object");
        }
        known(test, Set.of("index", "value", "valueTwo", "op"), at);
        long index = number(test, "index", at);
        if (index < 0 || index >= ARGUMENTS) {
            throw wrong(at + "index", "a system call has the arguments 0 to 5, not " + index);
        }
        long value = number(test, "value", at);
        long second = number(test, "valueTwo", at);
        String operator = test.path("op").asString("");
        Comparison comparison = switch (operator) {
            case "SCMP_CMP_NE" -> Comparison.NOT_EQUAL;
            case "SCMP_CMP_LT" -> Comparison.LESS;
            case "SCMP_CMP_LE" -> Comparison.LESS_OR_EQUAL;
            case "SCMP_CMP_EQ" -> Comparison.EQUAL;
            case "SCMP_CMP_GE" -> Comparison.GREATER_OR_EQUAL;
            case "SCMP_CMP_GT" -> Comparison.GREATER;
            case "SCMP_CMP_MASKED_EQ" -> Comparison.MASKED_EQUAL;
            default ->
                throw wrong(at + "op", "string " + operator + " is not a valid operator for seccomp, such as SCMP_CMP_EQ");
        };
        return comparison == Comparison.MASKED_EQUAL
                ? ArgumentTest.wide((int) index, comparison, second, value)
                : ArgumentTest.wide((int) index, comparison, value, 0);
    }

    private static Conditions conditions(JsonNode node, String at) {
        if (node.isMissingNode() || node.isNull()) {
            return Conditions.NONE;
        }
        if (!node.isObject()) {
            throw wrong(at.substring(0, at.length() - 1), "must be an object");
        }
        known(node, Set.of("caps", "arches", "minKernel"), at);
        Set<String> capabilities = new HashSet<>();
        texts(list(node, "caps", at), at + "caps").forEach(one -> capabilities.add(one.toUpperCase(Locale.ROOT)));
        String kernel = node.path("minKernel").asString("");
        return new Conditions(
                Set.copyOf(capabilities),
                Set.copyOf(texts(list(node, "arches", at), at + "arches")),
                kernel.isEmpty() ? null : kernel(kernel, at + "minKernel"));
    }

    private static KernelVersion kernel(String text, String at) {
        try {
            return KernelVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(at, "\"" + text + "\" is not a kernel's version, such as 4.8");
        }
    }

    private static int action(JsonNode node, String field, String errnoField, String at) {
        String name = node.path(field).asString("");
        String errorName = errnoField.replace("Ret", "");
        if (node.has(errorName) && !node.has(errnoField)) {
            throw wrong(at + errorName, "an error is given by its number, in " + errnoField);
        }
        int error = errno(node, errnoField, at);
        return switch (name) {
            case "SCMP_ACT_ALLOW" -> SeccompProfile.ALLOW;
            case "SCMP_ACT_ERRNO" -> SeccompProfile.ERRNO | error;
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> SeccompProfile.KILL_THREAD;
            case "SCMP_ACT_KILL_PROCESS" -> SeccompProfile.KILL_PROCESS;
            case "SCMP_ACT_TRAP" -> SeccompProfile.TRAP;
            case "SCMP_ACT_TRACE" -> SeccompProfile.TRACE | error;
            case "SCMP_ACT_LOG" -> SeccompProfile.LOG;
            case "SCMP_ACT_NOTIFY" -> throw wrong(at + field, "notifications of system calls are not available");
            default ->
                throw wrong(at + field, "string " + name + " is not a valid action for seccomp, such as SCMP_ACT_ERRNO");
        };
    }

    private static int errno(JsonNode node, String field, String at) {
        if (!node.has(field) || node.path(field).isNull()) {
            return Errno.EPERM;
        }
        long error = number(node, field, at);
        if (error < 0 || error > MOST_ERRNO) {
            throw wrong(at + field, error + " is not an error number: use 0 to " + MOST_ERRNO);
        }
        return (int) error;
    }

    /** Values of arguments have 64 bits without a sign. */
    private static long number(JsonNode node, String field, String at) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber() || value.bigIntegerValue().bitLength() > Long.SIZE) {
            throw wrong(at + field, "must be a whole number of at most 64 bits");
        }
        return value.bigIntegerValue().longValue();
    }

    private static JsonNode list(JsonNode node, String field, String at) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return JSON.createArrayNode();
        }
        if (!value.isArray()) {
            throw wrong(at + field, "must be a list");
        }
        return value;
    }

    private static List<String> texts(JsonNode list, String at) {
        List<String> texts = new ArrayList<>();
        for (JsonNode one : list) {
            if (!one.isString()) {
                throw wrong(at, "must be a list of texts");
            }
            texts.add(one.asString());
        }
        return texts;
    }

    private static void known(JsonNode node, Set<String> fields, String at) {
        for (String name : node.propertyNames()) {
            if (!fields.contains(name)) {
                throw wrong(at + name, "there is no such field in a profile");
            }
        }
    }

    private static EngineException wrong(@Nullable String place, String what) {
        return EngineException.invalid("HostConfig.SecurityOpt: invalid seccomp profile: "
                + (place == null || place.isEmpty() ? "" : place + ": ") + what);
    }
}
