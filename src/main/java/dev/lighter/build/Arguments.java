package dev.lighter.build;

import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.build.dockerfile.Substitution;
import dev.lighter.kernel.Arch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** The arguments of a build: given by whoever builds, declared in the Dockerfile. Safe for all threads once the globals are declared. */
final class Arguments {
    /** Known without being declared; in no history and of no weight for the cache. */
    private static final Set<String> PROXIES = Set.of(
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "FTP_PROXY",
            "ftp_proxy",
            "NO_PROXY",
            "no_proxy",
            "ALL_PROXY",
            "all_proxy");

    private final Map<String, @Nullable String> given;
    private final Map<String, @Nullable String> globals = new LinkedHashMap<>();
    private final Map<String, String> platform;
    private final Set<String> consumed = new ConcurrentSkipListSet<>();

    Arguments(Map<String, @Nullable String> given, String target) {
        this.given = given;
        this.platform = platform(target);
    }

    private static Map<String, String> platform(String target) {
        Map<String, String> values = new TreeMap<>();
        String arch = Arch.host().ociName();
        for (String side : List.of("TARGET", "BUILD")) {
            values.put(side + "PLATFORM", "linux/" + arch);
            values.put(side + "OS", "linux");
            values.put(side + "ARCH", arch);
            values.put(side + "VARIANT", "");
        }
        values.put("TARGETSTAGE", target.isEmpty() ? "default" : target);
        return values;
    }

    /** Declares what stands before the first stage. */
    void declareGlobal(Instruction.Arg arg, char escape) {
        Substitution values = new Substitution(arg.source().line(), escape, this::global);
        for (Instruction.Arg.Declared one : arg.declared()) {
            String name = one.name();
            consumed.add(name);
            String value = given.get(name);
            globals.put(name, value == null && one.value() != null ? values.of(one.value()) : value);
        }
    }

    /** The value that FROM sees. */
    @Nullable
    String global(String name) {
        return globals.containsKey(name) ? globals.get(name) : platform.get(name);
    }

    /** Those that are given and that nothing in the Dockerfile has asked for. */
    Set<String> unused() {
        Set<String> names = new TreeSet<>(given.keySet());
        names.removeAll(consumed);
        names.removeAll(PROXIES);
        return names;
    }

    /** Those that a program finds in its environment whether it was declared or not. */
    Map<String, String> proxies() {
        Map<String, String> values = new TreeMap<>();
        for (String name : PROXIES) {
            String value = given.get(name);
            if (value != null) {
                values.put(name, value);
            }
        }
        return values;
    }

    /** What one stage has declared up to where it is. Belongs to one thread. */
    final class Scope {
        private final Map<String, String> declared = new TreeMap<>();

        /** Declares variables; each has the value that was given, or its default, or that before the first stage. */
        void declare(Instruction.Arg arg, Substitution values) {
            for (Instruction.Arg.Declared one : arg.declared()) {
                String name = one.name();
                consumed.add(name);
                String value = given.get(name);
                if (value == null && one.value() != null) {
                    value = values.of(one.value());
                }
                if (value == null && one.value() == null) {
                    value = global(name);
                }
                if (value != null) {
                    declared.put(name, value);
                }
            }
        }

        @Nullable
        String value(String name) {
            return declared.get(name);
        }

        /** All that have values, by name. */
        Map<String, String> values() {
            return declared;
        }
    }

    Scope newScope() {
        return new Scope();
    }
}
