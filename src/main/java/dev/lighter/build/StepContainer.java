package dev.lighter.build;

import dev.lighter.container.Attachment;
import dev.lighter.container.ContainerRequest;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerSpec;
import dev.lighter.container.NetworkOptions;
import dev.lighter.container.OutputService;
import dev.lighter.container.StorageRequest;
import dev.lighter.container.Supervision;
import dev.lighter.container.WaitCondition;
import dev.lighter.image.Healthcheck;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The container that one step runs in: made, run to its end, removed. Belongs to one thread. */
final class StepContainer implements AutoCloseable {
    /** The label by which containers of builds that came to no end are found. */
    static final String LABEL = "lighter.build";

    private static final List<String> NO_ENTRYPOINT = List.of("");

    private final Build build;
    private final ContainerService containers;
    private final OutputService outputs;
    private final String id;

    /**
     * What runs.
     *
     * @param image the image it is made from
     * @param words the program and its arguments
     * @param env further variables of its environment
     */
    record Program(String image, List<String> words, List<String> env, String network, StorageRequest storage) {}

    private StepContainer(Build build, ContainerService containers, OutputService outputs, String id) {
        this.build = build;
        this.containers = containers;
        this.outputs = outputs;
        this.id = id;
    }

    static StepContainer create(Build build, Workshop workshop, Program program) {
        BuildRequest.Steps steps = build.request().steps();
        NetworkOptions network = new NetworkOptions(
                program.network(),
                false,
                List.of(),
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                steps.extraHosts(),
                List.of(),
                "");
        ContainerRequest request = new ContainerRequest(
                null,
                program.image(),
                NO_ENTRYPOINT,
                program.words(),
                program.env(),
                "",
                "",
                "",
                "",
                Map.of(LABEL, build.id()),
                "",
                null,
                new ContainerSpec.Streams(false, true, true, false, false, false),
                false,
                steps.resources(),
                List.of(),
                List.of(),
                steps.securityOptions(),
                false,
                List.of(),
                network,
                Map.of(),
                "",
                Map.of(),
                Supervision.none().withHealthcheck(new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0)),
                isolation(steps.shmBytes()),
                program.storage(),
                "");
        String id = workshop.containers().create(request).id();
        return new StepContainer(build, workshop.containers(), workshop.outputs(), id);
    }

    private static ContainerSpec.Isolation isolation(long shmBytes) {
        ContainerSpec.Isolation usual = ContainerSpec.Isolation.USUAL;
        return new ContainerSpec.Isolation(
                usual.privileged(),
                usual.devices(),
                usual.deviceCgroupRules(),
                usual.maskedPaths(),
                usual.readonlyPaths(),
                usual.pidMode(),
                usual.ipcMode(),
                usual.utsMode(),
                usual.cgroupnsMode(),
                usual.init(),
                usual.sysctls(),
                shmBytes == 0 ? usual.shmSize() : shmBytes,
                usual.runtime(),
                usual.technology(),
                usual.notes());
    }

    String id() {
        return id;
    }

    /** Runs it to its end, saying what it writes; gives its exit code. */
    int run(Consumer<String> output) throws IOException {
        Attachment.Wish wish = new Attachment.Wish(false, true, false, true, true, null);
        try (Attachment attachment = Attachment.open(containers, outputs, id, wish)) {
            CompletableFuture<dev.lighter.container.WaitResult> exit = containers.await(id, WaitCondition.NEXT_EXIT);
            containers.start(id);
            build.began(id);
            try {
                Utf8Pieces out = new Utf8Pieces(output);
                Utf8Pieces err = new Utf8Pieces(output);
                attachment.show((stream, bytes) -> (stream == 1 ? out : err).accept(bytes));
                out.end();
                err.end();
                return exit.join().statusCode();
            } finally {
                build.ended(id);
            }
        }
    }

    @Override
    public void close() {
        if (!build.request().options().keepContainers()) {
            build.remove(id);
        }
    }
}
