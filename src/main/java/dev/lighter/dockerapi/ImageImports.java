package dev.lighter.dockerapi;

import dev.lighter.build.ConfigChanges;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageConfig;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageReference;
import dev.lighter.image.ImageService;
import dev.lighter.image.LoadProgress;
import dev.lighter.image.RemoteFile;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Imports of file systems that Docker's clients ask for: {@code POST /images/create?fromSrc=…}. */
@Component
class ImageImports {
    private static final ImageConfig EMPTY = new ImageConfig(
            List.of(), List.of(), List.of(), "", "", Map.of(), "", List.of(), List.of(), null, List.of(), List.of());

    private final ImageService images;
    private final RemoteFile remote;
    private final JsonMapper json;

    ImageImports(ImageService images, RemoteFile remote, JsonMapper json) {
        this.images = images;
        this.remote = remote;
        this.json = json;
    }

    /** Refuses what is wrong with the request; what goes wrong afterwards becomes the stream's last line. */
    void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String source = ImageQuery.of(request, "fromSrc");
        if (source.isEmpty()) {
            throw EngineException.invalid("fromImage or fromSrc: name an image to pull, or what to import");
        }
        ImageReference name = name(ImageQuery.of(request, "repo"), ImageQuery.of(request, "tag"));
        ImageConfig config = ConfigChanges.apply(EMPTY, ImageQuery.all(request, "changes"));
        String message = ImageQuery.of(request, "message");
        String comment = message.isEmpty() ? "Imported from " + source : message;
        String platform = ImageQuery.of(request, "platform");
        ProgressStream progress = new ProgressStream(response, json, false);
        try (InputStream archive = source.equals("-") ? request.getInputStream() : remote.open(source)) {
            progress.run(() -> {
                if (!source.equals("-")) {
                    progress.write(ProgressLine.status("Downloading from " + source));
                }
                ImageDetails made = images.importArchive(archive, config, comment, platform, name, LoadProgress.SILENT);
                progress.write(ProgressLine.status(made.id()));
            });
        }
    }

    private static @Nullable ImageReference name(String repository, String tag) {
        if (repository.isEmpty()) {
            return null;
        }
        ImageReference name = ImageReference.parse(repository);
        if (name.digest() != null) {
            throw EngineException.invalid("cannot import digest reference");
        }
        return tag.isEmpty() ? name.orLatest() : name.withTag(tag);
    }
}
