package dev.lighter.build.dockerfile;

import dev.lighter.build.dockerfile.Instruction.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Dockerfiles in short words, for comparing. */
final class Described {
    private Described() {}

    /** A whole file; each instruction begins with its line, and they are separated by bars. */
    static String of(Dockerfile dockerfile) {
        List<String> words = new ArrayList<>();
        dockerfile.globals().forEach(arg -> words.add(line(arg)));
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            words.add(line(stage.from()));
            stage.steps().forEach(step -> words.add(line(step)));
        }
        return String.join(" | ", words);
    }

    private static String line(Instruction instruction) {
        return instruction.source().line() + " " + of(instruction);
    }

    static String of(Instruction instruction) {
        if (instruction instanceof Instruction.From one) {
            return "FROM " + one.image() + (one.name().isEmpty() ? "" : " as " + one.name())
                    + (one.platform().isEmpty() ? "" : " for " + one.platform());
        }
        if (instruction instanceof Instruction.Arg one) {
            return "ARG "
                    + one.declared().stream()
                            .map(arg -> arg.value() == null ? arg.name() : arg.name() + "=" + arg.value())
                            .collect(Collectors.joining(","));
        }
        if (instruction instanceof Instruction.Run one) {
            return "RUN " + of(one.command())
                    + one.mounts().stream()
                            .map(mount -> " mount(" + mount + ")")
                            .collect(Collectors.joining())
                    + (one.network().isEmpty() ? "" : " net=" + one.network()) + files(one.files());
        }
        if (instruction instanceof Instruction.Cmd one) {
            return "CMD " + of(one.command());
        }
        if (instruction instanceof Instruction.Entrypoint one) {
            return "ENTRYPOINT " + of(one.command());
        }
        if (instruction instanceof Instruction.Env one) {
            return "ENV " + pairs(one.pairs());
        }
        if (instruction instanceof Instruction.Label one) {
            return "LABEL " + pairs(one.pairs());
        }
        if (instruction instanceof Instruction.Maintainer one) {
            return "MAINTAINER " + one.name();
        }
        if (instruction instanceof Instruction.Expose one) {
            return "EXPOSE " + one.ports();
        }
        if (instruction instanceof Instruction.Volume one) {
            return "VOLUME " + one.paths();
        }
        if (instruction instanceof Instruction.User one) {
            return "USER " + one.user();
        }
        if (instruction instanceof Instruction.Workdir one) {
            return "WORKDIR " + one.path();
        }
        if (instruction instanceof Instruction.StopSignal one) {
            return "STOPSIGNAL " + one.signal();
        }
        if (instruction instanceof Instruction.Shell one) {
            return "SHELL " + one.words();
        }
        if (instruction instanceof Instruction.OnBuild one) {
            return "ONBUILD " + one.trigger();
        }
        if (instruction instanceof Instruction.HealthCheck one) {
            return "HEALTHCHECK " + (one.command() == null ? "none" : of(one.command())) + " "
                    + one.intervalNanos() / 1_000_000 + "/" + one.timeoutNanos() / 1_000_000 + "/"
                    + one.startPeriodNanos() / 1_000_000 + "/" + one.startIntervalNanos() / 1_000_000 + "/"
                    + one.retries();
        }
        Instruction.Transfer one = (Instruction.Transfer) instruction;
        return (one.add() ? "ADD " : "COPY ") + one.sources() + " to " + one.destination() + options(one.options())
                + files(one.files());
    }

    private static String options(Instruction.TransferOptions options) {
        StringBuilder words = new StringBuilder();
        words.append(options.from().isEmpty() ? "" : " from=" + options.from());
        words.append(options.owner().isEmpty() ? "" : " owner=" + options.owner());
        words.append(options.mode().isEmpty() ? "" : " mode=" + options.mode());
        words.append(options.link() ? " link" : "");
        words.append(options.parents() ? " parents" : "");
        words.append(options.excluded().isEmpty() ? "" : " but " + options.excluded());
        words.append(options.keepGitDirectory() ? " git" : "");
        words.append(options.checksum().isEmpty() ? "" : " sum=" + options.checksum());
        words.append(options.unpack() == null ? "" : " unpack=" + options.unpack());
        return words.toString();
    }

    private static String of(Command command) {
        return command.shell()
                ? "sh(" + String.join(";", command.words()) + ")"
                : command.words().toString();
    }

    private static String pairs(List<Instruction.Pair> pairs) {
        return pairs.stream().map(pair -> pair.name() + "=" + pair.value()).collect(Collectors.joining(","));
    }

    private static String files(List<Heredoc> files) {
        return files.stream()
                .map(file -> " <<" + file.name() + (file.expand() ? "" : "'") + ":"
                        + file.text().replace("\n", "/"))
                .collect(Collectors.joining());
    }
}
