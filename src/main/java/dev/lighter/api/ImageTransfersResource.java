package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageReference;
import dev.lighter.image.ImageTransfers;
import dev.lighter.image.PullRequest;
import dev.lighter.image.PushRequest;
import dev.lighter.image.TransferEvent;
import dev.lighter.image.TransferProgress;
import dev.lighter.image.registry.Credentials;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Images from and to registries, in Lighter's own words. */
@RestController
@RequestMapping("/api/images")
@Tag(name = "Images", description = "Images, in Lighter's own words")
class ImageTransfersResource {
    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(2).toNanos();

    private final ImageTransfers transfers;
    private final EventStreams streams;

    ImageTransfersResource(ImageTransfers transfers, EventStreams streams) {
        this.transfers = transfers;
        this.streams = streams;
    }

    /** What is to be pulled or pushed. */
    @Schema(name = "NewTransfer")
    record NewTransfer(
            @Schema(example = "registry.example.com/app:1.0") @Nullable
            String reference,

            @Schema(
                    description =
                            "Which of several platforms to pull, this machine's by default; what a pushed image must be"
                                    + " for",
                    example = "linux/amd64")
            @Nullable
            String platform,

            @Schema(description = "Sent to the registry and not kept") @Nullable
            NewCredentials credentials) {
        ImageReference name() {
            if (reference == null || reference.isBlank()) {
                throw EngineException.invalid("reference: name the image, for instance registry.example.com/app:1.0");
            }
            return ImageReference.parse(reference).orLatest();
        }

        Credentials who(ImageReference name) {
            NewCredentials given = credentials;
            return given == null
                    ? Credentials.NONE
                    : new Credentials(text(given.username), text(given.password), name.domain(), text(given.token), "");
        }
    }

    /** Who somebody is to the registry. */
    @Schema(name = "RegistryCredentials")
    record NewCredentials(
            @Nullable String username,
            @Nullable String password,

            @Schema(description = "A refresh token, instead of user and password") @Nullable
            String token) {
        /** Without a secret. */
        @Override
        public String toString() {
            return "credentials";
        }
    }

    /** A step. */
    @Schema(name = "TransferStep")
    record StepAnswer(
            @Schema(description = "Of the layer or tag, empty where it is about all", example = "9f86d081884c")
            String id,

            @Schema(example = "Downloading") String status,

            @Schema(description = "Bytes that are done; absent where nothing is counted") @Nullable
            Long currentBytes,

            @Nullable Long totalBytes,

            @Schema(description = "Of what was pushed, once it is") @Nullable
            String digest) {
        static StepAnswer of(TransferEvent event) {
            TransferEvent.PushedTag pushed = event.pushed();
            return new StepAnswer(
                    pushed == null ? event.id() : pushed.tag(),
                    pushed == null ? event.status() : "Done",
                    event.counts() ? event.currentBytes() : null,
                    event.counts() ? event.totalBytes() : null,
                    pushed == null ? null : pushed.digest());
        }
    }

    /** How it ended. */
    @Schema(name = "TransferEnd")
    record EndAnswer(String reference) {}

    /** Why it ended early. */
    @Schema(name = "TransferFailure")
    record FailureAnswer(int status, String message) {}

    @PostMapping(path = "/pull", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Pull an image",
            description =
                    "Server-sent events: progress for each step, then done or error. A client that goes away breaks"
                            + " the pull off, unless others wait for it; the next one goes on where it was.")
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = StepAnswer.class),
                            examples = @ExampleObject("""
                            event:progress
                            data:{"id":"9f86d081884c","status":"Downloading","currentBytes":262144,"totalBytes":3145728}

                            event:done
                            data:{"reference":"registry.example.com/app:1.0"}
                            """)))
    SseEmitter pull(@RequestBody NewTransfer body) {
        ImageReference name = body.name();
        PullRequest request = new PullRequest(name, text(body.platform), body.who(name));
        return stream(name, progress -> transfers.pull(request, progress));
    }

    @PostMapping(path = "/push", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Push an image",
            description = "To the registry that its name begins with. Server-sent events: progress for each step, then"
                    + " done or error.")
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = StepAnswer.class)))
    SseEmitter push(@RequestBody NewTransfer body) {
        ImageReference name = body.name();
        PushRequest request = new PushRequest(name, text(body.platform), body.who(name));
        return stream(name, progress -> transfers.push(request, progress));
    }

    private SseEmitter stream(ImageReference name, Consumer<TransferProgress> work) {
        return streams.open(emitter -> {
            try {
                work.accept(new Listener(emitter));
                send(emitter, "done", new EndAnswer(name.familiar()));
            } catch (EngineException e) {
                send(emitter, "error", new FailureAnswer(e.kind().status(), String.valueOf(e.getMessage())));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
    }

    private static void send(SseEmitter emitter, String name, Object data) throws IOException {
        emitter.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
    }

    /** Sends what happens; and something now and then, which tells whether anybody is there. */
    private static final class Listener implements TransferProgress {
        private final SseEmitter emitter;
        private long lastNanos = System.nanoTime();

        Listener(SseEmitter emitter) {
            this.emitter = emitter;
        }

        @Override
        public void event(TransferEvent event) {
            lastNanos = System.nanoTime();
            try {
                send(emitter, "progress", StepAnswer.of(event));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean isWanted() {
            if (System.nanoTime() - lastNanos > HEARTBEAT_NANOS) {
                lastNanos = System.nanoTime();
                try {
                    emitter.send(SseEmitter.event().comment("still here"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return true;
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
