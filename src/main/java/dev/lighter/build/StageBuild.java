package dev.lighter.build;

import dev.lighter.build.dockerfile.Dockerfile;
import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.build.dockerfile.InstructionParser;
import dev.lighter.build.dockerfile.Substitution;
import dev.lighter.error.EngineException;
import dev.lighter.image.ArchiveExtractor;
import dev.lighter.image.HistoryEntry;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.NewImage;
import dev.lighter.image.WrittenLayer;
import dev.lighter.kernel.Arch;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds one stage, step after step, each an image. Belongs to one thread. */
final class StageBuild {
    private static final int SHORT_ID = 12;

    private final Build build;
    private final Workshop workshop;
    private final Dockerfile.Stage stage;
    private final Stages.Seen stages;
    private final Arguments arguments;
    private final Arguments.Scope scope;
    private final OrderedOutput.Part output;
    private final Function<String, String> heading;
    private ConfigDraft draft = new ConfigDraft(ConfigDraft.empty());
    private String author = "";
    private @Nullable String imageId;

    /**
     * A stage that is to be built.
     *
     * @param stages knows what others have come to
     * @param step gives the number of the next step
     * @param steps how many there are
     */
    StageBuild(
            Build build,
            Workshop workshop,
            Dockerfile.Stage stage,
            Stages.Seen stages,
            Arguments arguments,
            OrderedOutput.Part output,
            AtomicInteger step,
            int steps) {
        this.build = build;
        this.workshop = workshop;
        this.stage = stage;
        this.stages = stages;
        this.arguments = arguments;
        this.scope = arguments.newScope();
        this.output = output;
        this.heading = text -> "Step " + step.incrementAndGet() + "/" + steps + " : " + text + "\n";
    }

    /**
     * Builds it; gives its image, or null where it is empty.
     *
     * @param labels that its last step sets
     */
    @Nullable
    String run(Map<String, String> labels) throws IOException {
        begin();
        List<String> triggers = draft.takeTriggers();
        if (!triggers.isEmpty()) {
            output.text("# Executing " + triggers.size() + " build trigger" + (triggers.size() == 1 ? "" : "s") + "\n");
        }
        InstructionParser parser = new InstructionParser('\\');
        for (String trigger : triggers) {
            step(parser.parse(trigger), '\\');
        }
        for (Instruction instruction : stage.steps()) {
            output.text(heading.apply(instruction.source().text()));
            numbered(instruction);
        }
        if (!labels.isEmpty()) {
            StringBuilder words = new StringBuilder("LABEL");
            labels.forEach((name, value) -> {
                words.append(' ').append(name).append('=').append(value);
                draft.addLabel(name, value);
            });
            output.text(heading.apply(words.toString()));
            configured(words.toString(), new Digest().add(words.toString()));
        }
        return imageId;
    }

    private void begin() {
        Instruction.From from = stage.from();
        output.text(heading.apply(from.source().text()));
        char escape = build.dockerfile().directives().escape();
        Substitution values = new Substitution(from.source().line(), escape, arguments::global);
        String name = values.of(from.image());
        checkPlatform(from.source().line(), values.of(from.platform()));
        if (name.isBlank()) {
            throw new DockerfileException(from.source().line(), "base name (" + from.image() + ") should not be blank");
        }
        if (name.equals("scratch")) {
            output.text(" --->\n");
            return;
        }
        if (stages.isStage(name)) {
            imageId = stages.imageOf(name);
        } else {
            imageId = workshop.base(name, build, output::transfer).id();
        }
        if (imageId != null) {
            build.hold(imageId);
            ImageDetails image = workshop.images().get(imageId);
            draft = new ConfigDraft(image.config());
            author = image.author();
            output.text(" ---> " + shortId(imageId) + "\n");
        }
    }

    private static void checkPlatform(int line, String platform) {
        if (!isHere(platform)) {
            throw new DockerfileException(
                    line,
                    "--platform=" + platform + ": this machine builds for linux/"
                            + Arch.host().ociName() + " alone");
        }
    }

    /** Whether a platform, or part of one, is this machine's; an empty one is. */
    static boolean isHere(String platform) {
        String arch = Arch.host().ociName();
        return platform.isEmpty()
                || platform.equals("linux")
                || platform.equals(arch)
                || platform.equals("linux/" + arch)
                || platform.equals("linux/arm64/v8") && arch.equals("arm64");
    }

    /** A step whose failure names its line; but what a program's end is called is known to clients, who look for just that. */
    private void numbered(Instruction instruction) throws IOException {
        try {
            step(instruction, build.dockerfile().directives().escape());
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.INVALID || e.getCause() instanceof StepExitException) {
                throw e;
            }
            throw new EngineException(
                    e.kind(), e.getMessage() + " (line " + instruction.source().line() + ")", e);
        }
    }

    private void step(Instruction instruction, char escape) throws IOException {
        build.check();
        Substitution values = new Substitution(instruction.source().line(), escape, this::value);
        if (instruction instanceof Instruction.Arg arg) {
            scope.declare(arg, values);
            said();
        } else if (instruction instanceof Instruction.Run run) {
            new RunStep(this, run, values).execute();
        } else if (instruction instanceof Instruction.Transfer transfer) {
            new TransferStep(this, transfer, values).execute();
        } else if (instruction instanceof Instruction.Maintainer maintainer) {
            author = maintainer.name();
            configured("MAINTAINER " + author, new Digest().add(author));
        } else {
            String words = draft.apply(instruction, values);
            if (words == null) {
                throw new DockerfileException(
                        instruction.source().line(), instruction.source().text() + " cannot be done here");
            }
            if (instruction instanceof Instruction.Workdir) {
                workdir(words);
            } else {
                configured(words, new Digest().add(instruction.source().text()).add(words));
            }
        }
    }

    /** What a variable stands for: the environment before arguments. */
    private @Nullable String value(String name) {
        String value = draft.env().get(name);
        return value == null ? scope.value(name) : value;
    }

    private void configured(String words, Digest digest) {
        String key = key("config", digest);
        if (!cached(key)) {
            made(key, "/bin/sh -c #(nop)  " + words, null);
        }
    }

    private void workdir(String words) throws IOException {
        String key = key("workdir", new Digest().add(words));
        if (cached(key)) {
            return;
        }
        LayerDirectory layer = LayerDirectory.create(build, workshop, imageId);
        try (ImageFiles image = layer.open()) {
            image.directory(draft.workingDir(), new ArchiveExtractor.Owner(0, 0))
                    .close();
        }
        made(key, "/bin/sh -c #(nop) " + words, layer.written());
    }

    /** What a step is made of, beside the image it begins with. */
    String key(String kind, Digest digest) {
        return new Digest()
                .add(kind)
                .add(imageId == null ? "scratch" : imageId)
                .add(digest.hex())
                .hex();
    }

    /** Takes an earlier build's image for the step, where there is one. */
    boolean cached(String key) {
        if (build.request().options().noCache()) {
            return false;
        }
        ImageDetails found = workshop.cache().find(key);
        if (found == null) {
            return false;
        }
        build.hold(found.id());
        build.used(workshop.cache().used(key));
        imageId = found.id();
        output.text(" ---> Using cache\n");
        said();
        return true;
    }

    /** Makes the step's image. */
    void made(String key, String createdBy, @Nullable WrittenLayer layer) {
        String parent = imageId;
        HistoryEntry history = new HistoryEntry(Instant.now(), createdBy, author, "", layer == null);
        ImageDetails image = workshop.assembly()
                .make(new NewImage(parent, layer, draft.config(), history, List.of()), id -> {
                    build.hold(id);
                    workshop.cache().keep(key, id, parent, createdBy);
                });
        imageId = image.id();
        said();
    }

    /** The image to run in; an empty one where the stage has none yet. */
    String imageToRun() {
        if (imageId == null) {
            made(key("empty", new Digest()), "/bin/sh -c #(nop)  FROM scratch", null);
        }
        return Objects.requireNonNull(imageId);
    }

    private void said() {
        String id = imageId;
        output.text(id == null ? " --->\n" : " ---> " + shortId(id) + "\n");
    }

    static String shortId(String id) {
        String hex = id.substring(id.indexOf(':') + 1);
        return hex.substring(0, Math.min(SHORT_ID, hex.length()));
    }

    Build build() {
        return build;
    }

    Workshop workshop() {
        return workshop;
    }

    Stages.Seen stages() {
        return stages;
    }

    ConfigDraft draft() {
        return draft;
    }

    OrderedOutput.Part output() {
        return output;
    }

    @Nullable
    String imageId() {
        return imageId;
    }

    /** The arguments that a program finds in its environment: {@code NAME=value}, those of the environment itself not among them. */
    List<String> argumentsToRun() {
        List<String> assignments = new ArrayList<>();
        scope.values().forEach((name, value) -> {
            if (!draft.env().containsKey(name)) {
                assignments.add(name + "=" + value);
            }
        });
        return assignments;
    }

    Arguments arguments() {
        return arguments;
    }
}
