package dev.lighter.build.dockerfile;

import dev.lighter.build.dockerfile.Instruction.Command;
import dev.lighter.build.dockerfile.Instruction.Pair;
import dev.lighter.build.dockerfile.Instruction.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads single instructions. Stateless but for the escape; safe for all threads. */
public final class InstructionParser {
    private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");
    private static final Set<String> NO_TRIGGERS = Set.of("FROM", "MAINTAINER");
    private static final List<String> KEYWORDS = List.of(
            "ADD",
            "ARG",
            "CMD",
            "COPY",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "FROM",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "RUN",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");

    private final char escape;

    /** Reads instructions with this escape character. */
    public InstructionParser(char escape) {
        this.escape = escape;
    }

    /** Reads one instruction that stands in no file, as {@code docker commit --change} and triggers have it. */
    public Instruction parse(String text) {
        return parse(new LogicalLine(0, text.strip(), List.of()));
    }

    Instruction parse(LogicalLine logical) {
        String text = logical.text();
        int line = logical.line();
        String[] parts = text.split("\\s+", 2);
        String keyword = parts[0].toUpperCase(Locale.ROOT);
        String rest = parts.length < 2 ? "" : parts[1].strip();
        if (!KEYWORDS.contains(keyword)) {
            throw new DockerfileException(line, "unknown instruction: " + parts[0] + suggestion(keyword));
        }
        Source source = new Source(line, keyword + (rest.isEmpty() ? "" : " " + rest));
        if (rest.isEmpty() && !Set.of("CMD", "ENTRYPOINT", "SHELL").contains(keyword)) {
            throw requires(line, keyword, keyword.equals("ONBUILD") ? "at least one argument" : arity(keyword));
        }
        if (!Set.of("ADD", "COPY", "RUN", "HEALTHCHECK", "FROM", "ONBUILD").contains(keyword)) {
            refuseFlags(line, keyword, rest);
        }
        return switch (keyword) {
            case "FROM" -> from(source, rest);
            case "ARG" -> arg(source, rest);
            case "RUN" -> run(source, rest, logical.heredocs());
            case "CMD" -> new Instruction.Cmd(source, command(rest));
            case "ENTRYPOINT" -> new Instruction.Entrypoint(source, command(rest));
            case "ENV" -> new Instruction.Env(source, pairs(source, keyword, rest));
            case "LABEL" -> new Instruction.Label(source, pairs(source, keyword, rest));
            case "MAINTAINER" -> new Instruction.Maintainer(source, rest);
            case "EXPOSE" -> new Instruction.Expose(source, Words.split(rest, escape));
            case "VOLUME" -> volume(source, rest);
            case "USER" -> new Instruction.User(source, rest);
            case "WORKDIR" -> new Instruction.Workdir(source, rest);
            case "STOPSIGNAL" -> stopSignal(source, rest);
            case "SHELL" -> shell(source, rest);
            case "ONBUILD" -> onBuild(source, rest);
            case "HEALTHCHECK" -> healthCheck(source, rest);
            default -> transfer(source, keyword.equals("ADD"), rest, logical.heredocs());
        };
    }

    private static String arity(String keyword) {
        return switch (keyword) {
            case "FROM" -> "either one or three arguments";
            case "USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER" -> "exactly one argument";
            case "ADD", "COPY" -> "at least two arguments";
            default -> "at least one argument";
        };
    }

    private static DockerfileException requires(int line, String keyword, String what) {
        return new DockerfileException(line, keyword + " requires " + what);
    }

    /** The keyword that was perhaps meant. */
    private static String suggestion(String keyword) {
        for (String known : KEYWORDS) {
            if (distance(keyword, known) <= (keyword.length() < 5 ? 1 : 2) && keyword.length() > 2) {
                return " (did you mean " + known + "?)";
            }
        }
        return "";
    }

    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 2) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private void refuseFlags(int line, String keyword, String rest) {
        // The shell form of CMD and ENTRYPOINT may begin with anything, and so may values; Docker looks at all of them
        // alike.
        if (rest.startsWith("--")) {
            Flags ignored = Flags.of(line, rest, escape).only();
            throw requires(line, keyword, "arguments after --, which ends flags: " + ignored.rest());
        }
    }

    private Instruction from(Source source, String rest) {
        Flags flags = Flags.of(source.line(), rest, escape);
        String platform = flags.text("platform");
        List<String> words = Words.split(flags.only().rest(), escape);
        boolean named = words.size() == 3 && words.get(1).equalsIgnoreCase("AS");
        if (words.size() != 1 && !named) {
            throw requires(source.line(), "FROM", "either one or three arguments");
        }
        String name = named ? words.get(2).toLowerCase(Locale.ROOT) : "";
        if (named && !STAGE_NAME.matcher(name).matches()) {
            throw new DockerfileException(
                    source.line(),
                    "invalid name for build stage: \"" + words.get(2)
                            + "\", name can't start with a number or contain symbols");
        }
        return new Instruction.From(source, words.get(0), name, platform);
    }

    private Instruction arg(Source source, String rest) {
        List<Instruction.Arg.Declared> declared = new ArrayList<>();
        for (String word : Words.split(rest, escape)) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (name.isEmpty()) {
                throw new DockerfileException(source.line(), "ARG names can not be blank");
            }
            declared.add(new Instruction.Arg.Declared(name, equals < 0 ? null : word.substring(equals + 1)));
        }
        return new Instruction.Arg(source, declared);
    }

    private Instruction run(Source source, String rest, List<Heredoc> files) {
        Flags flags = Flags.of(source.line(), rest, escape);
        List<String> mounts = flags.texts("mount");
        String network = flags.text("network");
        String security = flags.text("security");
        if (!flags.texts("device").isEmpty()) {
            throw new DockerfileException(
                    source.line(), "RUN --device is not available in this engine: steps have no devices of the host");
        }
        String line = flags.only().rest();
        if (!security.isEmpty() && !security.equals("sandbox")) {
            throw new DockerfileException(
                    source.line(),
                    "RUN --security=" + security
                            + " is not available in this engine: steps run as usual containers do");
        }
        if (!Set.of("", "default", "none", "host").contains(network)) {
            throw new DockerfileException(
                    source.line(), "invalid network mode: \"" + network + "\": use default, none or host");
        }
        if (line.isEmpty()) {
            throw requires(source.line(), "RUN", "at least one argument");
        }
        mounts.forEach(mount -> {
            if (mount.indexOf('$') < 0) {
                RunMount.parse(source.line(), mount);
            }
        });
        Command command = command(line);
        if (command.words().isEmpty()) {
            throw requires(source.line(), "RUN", "at least one argument");
        }
        return new Instruction.Run(source, command, files, mounts, network);
    }

    private static Command command(String rest) {
        List<String> words = JsonWords.read(rest);
        if (words != null) {
            return new Command(false, words);
        }
        return new Command(true, rest.isEmpty() ? List.of() : List.of(rest));
    }

    private List<Pair> pairs(Source source, String keyword, String rest) {
        List<String> words = Words.split(rest, escape);
        if (words.get(0).indexOf('=') < 0) {
            String[] old = rest.split("\\s+", 2);
            if (old.length < 2) {
                throw new DockerfileException(source.line(), keyword + " must have two arguments");
            }
            return List.of(new Pair(old[0], old[1]));
        }
        List<Pair> pairs = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new DockerfileException(
                        source.line(),
                        "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
            }
            if (equals == 0) {
                throw new DockerfileException(source.line(), keyword + " names can not be blank");
            }
            pairs.add(new Pair(word.substring(0, equals), word.substring(equals + 1)));
        }
        return pairs;
    }

    private Instruction volume(Source source, String rest) {
        List<String> paths = listed(rest);
        if (paths.isEmpty()) {
            throw requires(source.line(), "VOLUME", "at least one argument");
        }
        if (paths.stream().anyMatch(String::isBlank)) {
            throw new DockerfileException(source.line(), "VOLUME specified can not be an empty string");
        }
        return new Instruction.Volume(source, paths);
    }

    private List<String> listed(String rest) {
        List<String> words = JsonWords.read(rest);
        return words == null ? Words.split(rest, escape) : words;
    }

    private Instruction stopSignal(Source source, String rest) {
        if (Words.split(rest, escape).size() != 1) {
            throw requires(source.line(), "STOPSIGNAL", "exactly one argument");
        }
        return new Instruction.StopSignal(source, rest);
    }

    private static Instruction shell(Source source, String rest) {
        List<String> words = JsonWords.read(rest);
        if (words == null) {
            throw new DockerfileException(source.line(), "SHELL requires the arguments to be in JSON form");
        }
        if (words.isEmpty()) {
            throw requires(source.line(), "SHELL", "at least one argument");
        }
        return new Instruction.Shell(source, words);
    }

    private Instruction onBuild(Source source, String rest) {
        String keyword = rest.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
        if (keyword.equals("ONBUILD")) {
            throw new DockerfileException(source.line(), "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        }
        if (NO_TRIGGERS.contains(keyword)) {
            throw new DockerfileException(source.line(), keyword + " isn't allowed as an ONBUILD trigger");
        }
        boolean files = rest.contains("<<") && !Heredoc.begunIn(rest, escape).isEmpty();
        if (files && Set.of("RUN", "COPY", "ADD").contains(keyword)) {
            throw new DockerfileException(
                    source.line(), "ONBUILD keeps one line, so it cannot have a heredoc: write the lines into a file");
        }
        parse(new LogicalLine(source.line(), rest, List.of()));
        return new Instruction.OnBuild(source, rest);
    }

    private Instruction healthCheck(Source source, String rest) {
        int line = source.line();
        Flags flags = Flags.of(line, rest, escape);
        long interval = flags.nanos("interval");
        long timeout = flags.nanos("timeout");
        long startPeriod = flags.nanos("start-period");
        long startInterval = flags.nanos("start-interval");
        int retries = retries(line, flags.text("retries"));
        String[] parts = flags.only().rest().split("\\s+", 2);
        String what = parts.length < 2 ? "" : parts[1].strip();
        switch (parts[0].toUpperCase(Locale.ROOT)) {
            case "" -> throw requires(line, "HEALTHCHECK", "at least one argument");
            case "NONE" -> {
                if (!what.isEmpty()) {
                    throw new DockerfileException(line, "HEALTHCHECK NONE takes no arguments");
                }
                return new Instruction.HealthCheck(source, null, 0, 0, 0, 0, 0);
            }
            case "CMD" -> {
                Command command = command(what);
                if (command.words().isEmpty()) {
                    throw new DockerfileException(line, "Missing command after HEALTHCHECK CMD");
                }
                return new Instruction.HealthCheck(
                        source, command, interval, timeout, startPeriod, startInterval, retries);
            }
            default ->
                throw new DockerfileException(line, "Unknown type \"" + parts[0] + "\" in HEALTHCHECK (try CMD)");
        }
    }

    private static int retries(int line, String text) {
        if (text.isEmpty()) {
            return 0;
        }
        int retries;
        try {
            retries = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new DockerfileException(line, "--retries: \"" + text + "\" is no number");
        }
        if (retries < 0) {
            throw new DockerfileException(line, "--retries cannot be negative: " + text);
        }
        return retries;
    }

    private Instruction transfer(Source source, boolean add, String rest, List<Heredoc> files) {
        String keyword = add ? "ADD" : "COPY";
        Flags flags = Flags.of(source.line(), rest, escape);
        Boolean unpack = add ? flags.truth("unpack") : null;
        Instruction.TransferOptions options = new Instruction.TransferOptions(
                add ? "" : flags.text("from"),
                flags.text("chown"),
                flags.text("chmod"),
                flags.isSet("link"),
                !add && flags.isSet("parents"),
                flags.texts("exclude"),
                add && flags.isSet("keep-git-dir"),
                add ? flags.text("checksum") : "",
                unpack);
        List<String> words = listed(flags.only().rest());
        if (words.isEmpty()) {
            throw requires(source.line(), keyword, "at least two arguments");
        }
        if (words.size() < 2) {
            throw requires(
                    source.line(),
                    keyword,
                    "at least two arguments, but only one was provided. Destination could not be determined");
        }
        List<String> sources = words.subList(0, words.size() - 1);
        if (!files.isEmpty() && !options.from().isEmpty()) {
            throw new DockerfileException(source.line(), "COPY --from takes no heredocs: they are in the Dockerfile");
        }
        String destination = words.get(words.size() - 1);
        if (beginsFile(destination) && !files.isEmpty()) {
            throw new DockerfileException(source.line(), keyword + " cannot accept a heredoc as a destination");
        }
        return new Instruction.Transfer(source, add, List.copyOf(sources), destination, files, options);
    }

    private boolean beginsFile(String word) {
        @Nullable Heredoc begun = Heredoc.begun(word, escape);
        return begun != null;
    }
}
