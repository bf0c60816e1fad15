package dev.lighter.kernel.seccomp;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.seccomp.ArgumentTest.Comparison;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule of the list in {@code default-filter.txt}, whose head explains the format.
 *
 * @param action what the filter returns, seccomp(2)
 * @param with capabilities that the container must have
 * @param without capabilities that it must not have
 * @param arch the only architecture it holds on, or null
 * @param since the oldest kernel it holds on, or null
 * @param tests what must be true of the arguments
 * @param calls the names of the system calls it is about
 */
record FilterRule(
        int action,
        Set<String> with,
        Set<String> without,
        @Nullable Arch arch,
        @Nullable KernelVersion since,
        List<ArgumentTest> tests,
        List<String> calls) {
    static final int ALLOW = 0x7fff_0000;
    static final int ERRNO = 0x0005_0000;
    static final int KILL_PROCESS = 0x8000_0000;

    private static final String RESOURCE = "default-filter.txt";

    /** Whether the rule is part of a filter for this container on this machine. */
    boolean appliesTo(Arch machine, KernelVersion kernel, Set<String> capabilities) {
        return (arch == null || arch == machine)
                && (since == null || kernel.compareTo(since) >= 0)
                && capabilities.containsAll(with)
                && without.stream().noneMatch(capabilities::contains);
    }

    /** The rules of the default list, in order. */
    static List<FilterRule> load() {
        try (InputStream in = FilterRule.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads rules; fails with the line that cannot be understood. */
    static List<FilterRule> parse(List<String> lines) {
        List<FilterRule> rules = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(" ") && !rules.isEmpty()) {
                rules.get(rules.size() - 1).calls.addAll(List.of(line.strip().split(" +")));
            } else if (line.endsWith(":")) {
                rules.add(head(line));
            } else {
                throw new IllegalArgumentException("not a line of a filter list: " + line);
            }
        }
        return List.copyOf(rules);
    }

    private static FilterRule head(String line) {
        String[] words = line.substring(0, line.length() - 1).split(" +");
        int action = ALLOW;
        Set<String> with = new HashSet<>();
        Set<String> without = new HashSet<>();
        Arch arch = null;
        KernelVersion since = null;
        List<ArgumentTest> tests = new ArrayList<>();
        int i = 0;
        while (i < words.length) {
            String word = words[i++];
            if (i == 1 && word.equals("allow")) {
                continue;
            }
            if (i >= words.length) {
                throw new IllegalArgumentException("a word is missing after " + word + " in: " + line);
            }
            String value = words[i++];
            switch (word) {
                case "errno" -> action = ERRNO | errno(value);
                case "with" -> with.add(Capabilities.canonical(value));
                case "without" -> without.add(Capabilities.canonical(value));
                case "on" -> arch = Arch.valueOf(value);
                case "since" -> since = KernelVersion.parse(value);
                default -> {
                    if (i >= words.length) {
                        throw new IllegalArgumentException("a value is missing in: " + line);
                    }
                    tests.add(test(word, value, words[i++]));
                }
            }
        }
        return new FilterRule(action, with, without, arch, since, List.copyOf(tests), new ArrayList<>());
    }

    private static ArgumentTest test(String argument, String operator, String value) {
        Comparison comparison = switch (operator) {
            case "=" -> Comparison.EQUAL;
            case "<" -> Comparison.LESS;
            case ">" -> Comparison.GREATER;
            case "&0" -> Comparison.NO_BIT_OF;
            default -> throw new IllegalArgumentException("not a comparison: " + operator);
        };
        boolean wide = argument.matches("arg[0-5]");
        if (!wide && !argument.matches("int[0-5]") || wide && comparison != Comparison.EQUAL) {
            throw new IllegalArgumentException("cannot be tested: " + argument + " " + operator);
        }
        return new ArgumentTest(argument.charAt(3) - '0', wide, comparison, Long.decode(value), 0);
    }

    private static int errno(String name) {
        return switch (name) {
            case "EPERM" -> Errno.EPERM;
            case "ENOSYS" -> Errno.ENOSYS;
            default -> throw new IllegalArgumentException("not an error of a filter: " + name);
        };
    }
}
