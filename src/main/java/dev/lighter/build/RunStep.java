package dev.lighter.build;

import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.build.dockerfile.Heredoc;
import dev.lighter.build.dockerfile.IgnoreRules;
import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.build.dockerfile.RunMount;
import dev.lighter.build.dockerfile.Substitution;
import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.image.WrittenLayer;
import dev.lighter.kernel.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One RUN: a container from the image so far, whose writable directory becomes the layer. Belongs to one thread. */
final class RunStep {
    private static final String SCRIPT = "/run/lighter-build/script";
    private static final int PROGRAM_MISSING = 127;

    private final StageBuild stage;
    private final Instruction.Run run;
    private final Substitution values;

    RunStep(StageBuild stage, Instruction.Run run, Substitution values) {
        this.stage = stage;
        this.run = run;
        this.values = values;
    }

    void execute() throws IOException {
        List<String> words = words();
        List<String> arguments = stage.argumentsToRun();
        List<RunMount> mounts = new ArrayList<>();
        for (String mount : run.mounts()) {
            mounts.add(RunMount.parse(run.source().line(), values.of(mount)));
        }
        String network = run.network().isEmpty() || run.network().equals("default")
                ? stage.build().request().steps().network()
                : run.network();
        Digest digest = new Digest();
        words.forEach(digest::add);
        digest.add("arguments");
        arguments.forEach(digest::add);
        run.files().forEach(file -> digest.add(file.name()).add(file.content()));
        run.mounts().forEach(mount -> digest.add(values.of(mount)));
        digest.add(network);
        count(mounts, digest);
        String key = stage.key("run", digest);
        if (stage.cached(key)) {
            return;
        }
        String createdBy = (arguments.isEmpty() ? "" : "|" + arguments.size() + " " + String.join(" ", arguments) + " ")
                + String.join(" ", words);
        try (StepMounts prepared = new StepMounts(stage.build(), stage.workshop())) {
            run(words, arguments, mounts, network, prepared, key, createdBy);
        }
    }

    /** What is mounted from elsewhere counts by its content. */
    private void count(List<RunMount> mounts, Digest digest) throws IOException {
        for (RunMount mount : mounts) {
            if (mount.type() != RunMount.Type.BIND) {
                continue;
            }
            if (!mount.from().isEmpty()) {
                digest.add(String.valueOf(stage.stages().imageOf(mount.from())));
                continue;
            }
            try (FileSource context =
                            new FileSource(Fd.open(stage.build().context(), Fd.O_RDONLY | Fd.O_DIRECTORY, 0), false);
                    FileSource.Found found = context.find(SourcePaths.clean(mount.source()))) {
                if (found != null) {
                    SourceWalk walk = new SourceWalk(IgnoreRules.NONE, new TreeDigest(digest));
                    if (found.status().isDirectory()) {
                        walk.content(found);
                    } else {
                        walk.file(found);
                    }
                }
            }
        }
    }

    private void run(
            List<String> words,
            List<String> arguments,
            List<RunMount> mounts,
            String network,
            StepMounts prepared,
            String key,
            String createdBy)
            throws IOException {
        Workshop workshop = stage.workshop();
        String image = stage.imageToRun();
        for (RunMount mount : mounts) {
            prepared.add(
                    mount, ConfigDraft.resolved(stage.draft().workingDir(), mount.target()), stage.stages()::imageOf);
        }
        if (isScript()) {
            prepared.addScript(script(), SCRIPT);
        }
        prepared.look(image);
        List<String> env = Stream.concat(
                        stage.arguments().proxies().entrySet().stream()
                                .filter(one -> !stage.draft().env().containsKey(one.getKey()))
                                .map(one -> one.getKey() + "=" + one.getValue()),
                        arguments.stream())
                .toList();
        StepContainer.Program program = new StepContainer.Program(image, words, env, network, prepared.storage());
        String id;
        try (StepContainer container = StepContainer.create(stage.build(), workshop, program)) {
            id = container.id();
            stage.output().text(" ---> Running in " + StageBuild.shortId(id) + "\n");
            int code = exitCode(container, words);
            stage.build().check();
            if (code != 0) {
                throw nonZero(words, code);
            }
            WrittenLayer written = workshop.containers().written(id);
            prepared.clear(written.directory());
            boolean keep = stage.build().request().options().keepContainers();
            if (!keep) {
                stage.output().text(" ---> Removed intermediate container " + StageBuild.shortId(id) + "\n");
            }
            stage.made(key, createdBy, keep ? new WrittenLayer(written.directory(), false, written.ids()) : written);
        }
    }

    private int exitCode(StepContainer container, List<String> words) throws IOException {
        try {
            return container.run(stage.output()::text);
        } catch (EngineException e) {
            if (e.kind() == Kind.INVALID) {
                // The program is not there, or cannot be executed; Docker ends such a step with a code, too.
                throw new EngineException(
                        Kind.INVALID, String.valueOf(e.getMessage()), new StepExitException(PROGRAM_MISSING));
            }
            throw e;
        }
    }

    private static EngineException nonZero(List<String> words, int code) {
        return new EngineException(
                Kind.INVALID,
                "The command '" + String.join(" ", words) + "' returned a non-zero code: " + code,
                new StepExitException(code));
    }

    /** Whether the one file that follows is the program itself and says who runs it. */
    private boolean isScript() {
        return isWholeFile() && run.files().get(0).text().startsWith("#!");
    }

    private boolean isWholeFile() {
        return run.command().shell()
                && run.files().size() == 1
                && Heredoc.isAlone(
                        run.command().words().get(0),
                        stage.build().dockerfile().directives().escape());
    }

    private Path script() throws IOException {
        Path file = stage.build().newPath();
        Files.writeString(file, run.files().get(0).text());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private List<String> words() {
        if (run.files().isEmpty()) {
            return stage.draft().words(run.command());
        }
        if (!run.command().shell()) {
            throw new DockerfileException(run.source().line(), "RUN in its exec form takes no heredoc");
        }
        if (isScript()) {
            return List.of(SCRIPT);
        }
        String text;
        if (isWholeFile()) {
            text = run.files().get(0).text();
        } else {
            StringBuilder line = new StringBuilder(run.command().words().get(0));
            for (Heredoc file : run.files()) {
                line.append('\n').append(file.content()).append(file.name());
            }
            text = line.append('\n').toString();
        }
        return stage.draft().words(new Instruction.Command(true, List.of(text)));
    }
}
