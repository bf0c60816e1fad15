package dev.lighter.build;

import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.build.dockerfile.Instruction.Command;
import dev.lighter.build.dockerfile.Substitution;
import dev.lighter.container.Signals;
import dev.lighter.image.Healthcheck;
import dev.lighter.image.ImageConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The configuration of an image while instructions change it. Belongs to one thread. */
final class ConfigDraft {
    private static final List<String> USUAL_SHELL = List.of("/bin/sh", "-c");

    private final Map<String, String> env = new LinkedHashMap<>();
    private final Map<String, String> labels;
    private final TreeSet<String> ports;
    private final TreeSet<String> volumes;
    private final List<String> onBuild;
    private List<String> entrypoint;
    private List<String> cmd;
    private String workingDir;
    private String user;
    private String stopSignal;
    private @Nullable Healthcheck healthcheck;
    private List<String> shell;
    private boolean cmdSet;

    ConfigDraft(ImageConfig config) {
        config.env().forEach(this::setEnv);
        labels = new LinkedHashMap<>(config.labels());
        ports = new TreeSet<>(config.exposedPorts());
        volumes = new TreeSet<>(config.volumes());
        onBuild = new ArrayList<>(config.onBuild());
        entrypoint = config.entrypoint();
        cmd = config.cmd();
        workingDir = config.workingDir();
        user = config.user();
        stopSignal = config.stopSignal();
        healthcheck = config.healthcheck();
        shell = config.shell();
    }

    /** The configuration of an image that has none. */
    static ImageConfig empty() {
        return new ImageConfig(
                List.of(), List.of(), List.of(), "", "", Map.of(), "", List.of(), List.of(), null, List.of(),
                List.of());
    }

    ImageConfig config() {
        return new ImageConfig(
                env.entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .toList(),
                entrypoint,
                cmd,
                workingDir,
                user,
                Map.copyOf(labels),
                stopSignal,
                List.copyOf(ports),
                List.copyOf(volumes),
                healthcheck,
                List.copyOf(onBuild),
                shell);
    }

    Map<String, String> env() {
        return env;
    }

    String workingDir() {
        return workingDir;
    }

    String user() {
        return user;
    }

    /** What runs shell forms. */
    List<String> shell() {
        return shell.isEmpty() ? USUAL_SHELL : shell;
    }

    /** Takes the triggers away and gives them: they are for this build. */
    List<String> takeTriggers() {
        List<String> triggers = List.copyOf(onBuild);
        onBuild.clear();
        return triggers;
    }

    /** The program and arguments of a command. */
    List<String> words(Command command) {
        return command.shell() && !command.words().isEmpty()
                ? Stream.concat(shell().stream(), command.words().stream()).toList()
                : command.words();
    }

    private void setEnv(String assignment) {
        int equals = assignment.indexOf('=');
        env.put(
                equals < 0 ? assignment : assignment.substring(0, equals),
                equals < 0 ? "" : assignment.substring(equals + 1));
    }

    void addLabel(String name, String value) {
        labels.put(name, value);
    }

    /**
     * Carries out an instruction that changes nothing but the configuration. Gives it in words, its variables with their values, as the
     * history has it; null where it is none of them.
     */
    @Nullable
    String apply(Instruction instruction, Substitution values) {
        if (instruction instanceof Instruction.Env one) {
            StringBuilder words = new StringBuilder("ENV");
            Map<String, String> changed = new LinkedHashMap<>();
            one.pairs().forEach(pair -> changed.put(values.of(pair.name()), values.of(pair.value())));
            changed.forEach((name, value) -> {
                checkName(one, name);
                words.append(' ').append(name).append('=').append(value);
            });
            env.putAll(changed);
            return words.toString();
        }
        if (instruction instanceof Instruction.Label one) {
            StringBuilder words = new StringBuilder("LABEL");
            one.pairs().forEach(pair -> {
                String name = values.of(pair.name());
                String value = values.of(pair.value());
                checkName(one, name);
                labels.put(name, value);
                words.append(' ').append(name).append('=').append(value);
            });
            return words.toString();
        }
        if (instruction instanceof Instruction.Cmd one) {
            cmd = words(one.command());
            cmdSet = true;
            return "CMD " + quoted(cmd);
        }
        if (instruction instanceof Instruction.Entrypoint one) {
            entrypoint = words(one.command());
            cmd = cmdSet ? cmd : List.of();
            return "ENTRYPOINT " + quoted(entrypoint);
        }
        if (instruction instanceof Instruction.Shell one) {
            shell = one.words();
            return "SHELL " + shell;
        }
        if (instruction instanceof Instruction.OnBuild one) {
            onBuild.add(one.trigger());
            return "ONBUILD " + one.trigger();
        }
        return applyOne(instruction, values);
    }

    private @Nullable String applyOne(Instruction instruction, Substitution values) {
        int line = instruction.source().line();
        if (instruction instanceof Instruction.Expose one) {
            List<String> added = one.ports().stream()
                    .flatMap(word -> values.words(word).stream())
                    .flatMap(word -> ExposedRange.parse(line, word).stream())
                    .toList();
            ports.addAll(added);
            return "EXPOSE " + String.join(" ", added);
        }
        if (instruction instanceof Instruction.Volume one) {
            List<String> added = one.paths().stream().map(values::of).toList();
            if (added.stream().anyMatch(String::isBlank)) {
                throw new DockerfileException(line, "VOLUME specified can not be an empty string");
            }
            volumes.addAll(added);
            return "VOLUME " + added;
        }
        if (instruction instanceof Instruction.User one) {
            user = values.of(one.user());
            if (user.isBlank()) {
                throw new DockerfileException(line, "USER: the name of the user is empty");
            }
            return "USER " + user;
        }
        if (instruction instanceof Instruction.Workdir one) {
            String path = values.of(one.path());
            if (path.isBlank()) {
                throw new DockerfileException(line, "cannot normalize nothing");
            }
            workingDir = resolved(workingDir, path);
            return "WORKDIR " + workingDir;
        }
        if (instruction instanceof Instruction.StopSignal one) {
            String signal = values.of(one.signal());
            if (!Signals.isOne(signal)) {
                throw new DockerfileException(line, "invalid signal: " + signal);
            }
            stopSignal = signal;
            return "STOPSIGNAL " + signal;
        }
        if (instruction instanceof Instruction.HealthCheck one) {
            healthcheck = healthcheck(one);
            return "HEALTHCHECK " + healthcheck.test();
        }
        return null;
    }

    private static Healthcheck healthcheck(Instruction.HealthCheck check) {
        Command command = check.command();
        List<String> test = command == null
                ? List.of("NONE")
                : Stream.concat(Stream.of(command.shell() ? "CMD-SHELL" : "CMD"), command.words().stream())
                        .toList();
        return new Healthcheck(
                test,
                check.intervalNanos(),
                check.timeoutNanos(),
                check.retries(),
                check.startPeriodNanos(),
                check.startIntervalNanos());
    }

    private static void checkName(Instruction instruction, String name) {
        if (name.isEmpty() || name.indexOf(0) >= 0) {
            throw new DockerfileException(
                    instruction.source().line(),
                    instruction.source().text().split(" ", 2)[0] + " names can not be blank");
        }
    }

    /** A path seen from a directory, absolute and in its shortest form. */
    static String resolved(String directory, String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : (path.startsWith("/") ? path : directory + "/" + path).split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** Words in the form of a JSON array, as histories have them. */
    static String quoted(List<String> words) {
        StringBuilder text = new StringBuilder("[");
        for (String word : words) {
            text.append(text.length() == 1 ? "\"" : " \"").append(word).append('"');
        }
        return text.append(']').toString();
    }
}
