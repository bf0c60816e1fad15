package dev.lighter.build.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One instruction of a Dockerfile, with its words as they stand there: variables have no values yet. */
public sealed interface Instruction {
    /** Where it stands and what it says. */
    Source source();

    /**
     * Where an instruction stands.
     *
     * @param line counted from one; 0 where it is from elsewhere
     * @param text the instruction, on one line
     */
    record Source(int line, String text) {}

    /** A program with its arguments, or a line for the shell; {@code words} then has that one line. */
    record Command(boolean shell, List<String> words) {}

    /** A name and its value, both as written. */
    record Pair(String name, String value) {}

    /** Begins a stage; an empty name is none, an empty platform any. */
    record From(Source source, String image, String name, String platform) implements Instruction {}

    /** Declares a variable; without a value where none is given. */
    record Arg(Source source, List<Declared> declared) implements Instruction {
        /** One variable. */
        public record Declared(String name, @Nullable String value) {}
    }

    /** Runs a program; {@code mounts} as written, an empty network is the build's. */
    record Run(Source source, Command command, List<Heredoc> files, List<String> mounts, String network)
            implements Instruction {}

    /** What runs by default. */
    record Cmd(Source source, Command command) implements Instruction {}

    /** What runs always. */
    record Entrypoint(Source source, Command command) implements Instruction {}

    /** Sets variables of the environment. */
    record Env(Source source, List<Pair> pairs) implements Instruction {}

    /** Sets labels. */
    record Label(Source source, List<Pair> pairs) implements Instruction {}

    /** Says who made it; replaced by labels long ago. */
    record Maintainer(Source source, String name) implements Instruction {}

    /** Says which ports a program listens on. */
    record Expose(Source source, List<String> ports) implements Instruction {}

    /** Says which directories are volumes. */
    record Volume(Source source, List<String> paths) implements Instruction {}

    /** Says as whom programs run. */
    record User(Source source, String user) implements Instruction {}

    /** Says where programs run. */
    record Workdir(Source source, String path) implements Instruction {}

    /** Says which signal asks the program to end. */
    record StopSignal(Source source, String signal) implements Instruction {}

    /** Says what runs shell forms. */
    record Shell(Source source, List<String> words) implements Instruction {}

    /** Keeps an instruction for builds that begin with the image. */
    record OnBuild(Source source, String trigger) implements Instruction {}

    /**
     * Says how health is probed.
     *
     * @param command null for never; nanoseconds, and 0 for what is not said
     */
    record HealthCheck(
            Source source,
            @Nullable Command command,
            long intervalNanos,
            long timeoutNanos,
            long startPeriodNanos,
            long startIntervalNanos,
            int retries)
            implements Instruction {}

    /**
     * Brings files into the image: COPY, or ADD, which also fetches and unpacks.
     *
     * @param files those within the Dockerfile; sources name them {@code <<NAME}
     */
    record Transfer(
            Source source,
            boolean add,
            List<String> sources,
            String destination,
            List<Heredoc> files,
            TransferOptions options)
            implements Instruction {}

    /**
     * How files are brought in; empty for what is not said.
     *
     * @param unpack whether ADD unpacks archives; null for those that are not from a URL
     */
    record TransferOptions(
            String from,
            String owner,
            String mode,
            boolean link,
            boolean parents,
            List<String> excluded,
            boolean keepGitDirectory,
            String checksum,
            @Nullable Boolean unpack) {}
}
