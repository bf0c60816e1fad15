package dev.lighter.build.dockerfile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words with two dashes between an instruction's name and its arguments. Belongs to one thread. */
final class Flags {
    private final int line;
    private final Map<String, List<@Nullable String>> values = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final String rest;

    private Flags(int line, String text, char escape) {
        this.line = line;
        int at = 0;
        while (true) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (!text.startsWith("--", at)) {
                break;
            }
            int end = Words.end(text, at, escape);
            String word = Words.unquoted(text.substring(at, end), escape);
            at = end;
            if (word.equals("--")) {
                break;
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
            values.computeIfAbsent(name, key -> new ArrayList<>()).add(equals < 0 ? null : word.substring(equals + 1));
        }
        rest = text.substring(at).strip();
    }

    static Flags of(int line, String text, char escape) {
        return new Flags(line, text, escape);
    }

    /** What follows them. */
    String rest() {
        return rest;
    }

    /** A flag's value, or empty. */
    String text(String name) {
        List<String> all = texts(name);
        if (all.size() > 1) {
            throw new DockerfileException(line, "Duplicate flag specified: " + name);
        }
        return all.isEmpty() ? "" : all.get(0);
    }

    /** The values of a flag that may be there several times. */
    List<String> texts(String name) {
        asked.add(name);
        List<String> all = new ArrayList<>();
        for (String value : values.getOrDefault(name, List.of())) {
            if (value == null) {
                throw new DockerfileException(line, "missing a value on flag: " + name);
            }
            all.add(value);
        }
        return all;
    }

    /** Whether a flag without value, or with a truth, is there; null where it is not. */
    @Nullable
    Boolean truth(String name) {
        asked.add(name);
        List<@Nullable String> all = values.get(name);
        if (all == null) {
            return null;
        }
        if (all.size() > 1) {
            throw new DockerfileException(line, "Duplicate flag specified: " + name);
        }
        String value = all.get(0);
        if (value == null || value.equals("true")) {
            return true;
        }
        if (value.equals("false")) {
            return false;
        }
        throw new DockerfileException(line, "expecting boolean value for flag " + name + ", not: " + value);
    }

    /** Whether such a flag is there and true. */
    boolean isSet(String name) {
        return Boolean.TRUE.equals(truth(name));
    }

    /** Nanoseconds of a flag, 0 where it is not there. */
    long nanos(String name) {
        String value = text(name);
        if (value.isEmpty()) {
            return 0;
        }
        try {
            long nanos = GoDuration.parse(value);
            if (nanos != 0 && nanos < 1_000_000) {
                throw new DockerfileException(line, "--" + name + " cannot be less than 1ms");
            }
            return nanos;
        } catch (IllegalArgumentException e) {
            throw new DockerfileException(line, "--" + name + ": " + e.getMessage());
        }
    }

    /** Fails where flags are there that nobody has asked for. */
    Flags only() {
        for (String name : values.keySet()) {
            if (!asked.contains(name)) {
                throw new DockerfileException(line, "unknown flag: --" + name);
            }
        }
        return this;
    }
}
