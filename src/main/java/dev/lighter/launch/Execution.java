package dev.lighter.launch;

import static dev.lighter.launch.Arg.number;

import java.util.ArrayList;
import java.util.List;

/** The end of every program of ours: the process becomes the user's program, looked for along its own PATH. */
final class Execution {
    private Execution() {}

    /** Where in a program the attempts to execute are. */
    record Attempts(int first, int last) {}

    /** The environment of a program, with what is missing in it. */
    static List<String> environment(LaunchSpec spec, ProgramFacts facts) {
        List<String> environment = new ArrayList<>(spec.environment());
        addMissing(environment, "HOME", facts.home());
        addMissing(environment, "HOSTNAME", spec.hostname());
        if (spec.terminal()) {
            addMissing(environment, "TERM", "xterm");
        }
        addMissing(environment, "PATH", LaunchSpec.DEFAULT_PATH);
        return environment;
    }

    private static void addMissing(List<String> environment, String name, String value) {
        String prefix = name + "=";
        if (environment.stream().noneMatch(variable -> variable.startsWith(prefix))) {
            environment.add(0, prefix + value);
        }
    }

    /** Writes the attempts. Whatever descriptor is open above the standard ones closes with the one that succeeds. */
    static Attempts write(ProgramBuilder program, LaunchSpec spec, ProgramFacts facts) {
        List<String> environment = environment(spec, facts);
        Data argv = program.strings(spec.arguments());
        Data envp = program.strings(environment);
        program.call("close_range", number(3), Arg.named(0xFFFF_FFFFL, "~0"), Arg.named(4, "CLOSE_RANGE_CLOEXEC"))
                .why("only standard input, output and error are left to the program");
        int first = program.nextIndex();
        int last = first;
        for (String path : candidates(spec.arguments().get(0), environment)) {
            last = program.nextIndex();
            program.call(
                            "execve",
                            program.string(path),
                            Arg.address(argv, shown(spec.arguments())),
                            Arg.address(envp, environment.size() + " variables"))
                    .ignoringFailure()
                    .reported()
                    .why("becomes the program; the engine sees the report socket close");
        }
        program.call("exit_group", number(127)).why("no program could be executed");
        return new Attempts(first, last);
    }

    private static List<String> candidates(String command, List<String> environment) {
        if (command.contains("/") || command.isEmpty()) {
            return List.of(command);
        }
        String path = environment.stream()
                .filter(variable -> variable.startsWith("PATH="))
                .map(variable -> variable.substring(5))
                .findFirst()
                .orElse("");
        List<String> candidates = new ArrayList<>();
        for (String directory : path.split(":", -1)) {
            candidates.add(directory.isEmpty() ? "./" + command : directory + "/" + command);
        }
        return candidates;
    }

    private static String shown(List<String> arguments) {
        StringBuilder text = new StringBuilder("[");
        for (String argument : arguments) {
            text.append(text.length() == 1 ? "" : ", ")
                    .append('"')
                    .append(argument)
                    .append('"');
        }
        return text.append(']').toString();
    }
}
