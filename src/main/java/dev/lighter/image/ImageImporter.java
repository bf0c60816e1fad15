package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Makes images of one layer from archives of file systems; what fails leaves nothing behind. Safe for all threads. */
@Component
class ImageImporter {
    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageSettings settings;
    private final EventService events;

    ImageImporter(ImageCatalog catalog, ImageDirectories directories, ImageSettings settings, EventService events) {
        this.catalog = catalog;
        this.directories = directories;
        this.settings = settings;
        this.events = events;
    }

    String importArchive(
            InputStream archive,
            ImageConfig config,
            String comment,
            ImagePlatform platform,
            @Nullable ImageReference name,
            LoadProgress progress) {
        try (LoadAttempt attempt = new LoadAttempt(directories, settings)) {
            String blob = ingest(attempt, archive, progress);
            String diffId = attempt.diffId(blob);
            if (diffId == null) {
                throw EngineException.invalid("the archive is not a tar archive, plain or compressed");
            }
            byte[] file = configFile(config, comment, platform, diffId);
            String id;
            try (ImageCatalog.Change change = catalog.change()) {
                id = catalog.add(attempt, new ImageDraft(file, null, List.of(blob)));
                if (name != null) {
                    String ignored = catalog.name(id, name);
                }
            }
            events.publish("image", "import", id, Map.of("name", name == null ? id : name.familiar()));
            return id;
        } catch (IOException e) {
            throw ImageLoader.reason(e);
        }
    }

    private static String ingest(LoadAttempt attempt, InputStream archive, LoadProgress progress) throws IOException {
        try (BlobIngest ingest = new BlobIngest(attempt, false)) {
            long total = 0;
            byte[] buffer = ingest.buffer();
            int count = archive.readNBytes(buffer, 0, buffer.length);
            if (count == 0) {
                throw EngineException.invalid("the archive is empty: a file system as tar archive is needed");
            }
            while (count > 0) {
                ingest.take(count);
                total += count;
                progress.layer("", total, 0);
                buffer = ingest.buffer();
                count = archive.readNBytes(buffer, 0, buffer.length);
            }
            String digest = ingest.end();
            ingest.awaitLayer();
            return digest;
        }
    }

    private static byte[] configFile(ImageConfig config, String comment, ImagePlatform platform, String diffId) {
        Instant now = Instant.now();
        String message = comment.isEmpty() ? "Imported from -" : comment;
        HistoryEntry step = new HistoryEntry(now, "", "", message, false);
        String written = ImageConfigWriter.write(
                null,
                platform.architecture(),
                new NewImage(null, null, config, step, List.of()),
                List.of(diffId),
                true);
        ObjectNode file = (ObjectNode) ImageConfigFile.JSON.readTree(written);
        platform.json().forEach(file::put);
        return ImageConfigFile.JSON.writeValueAsString(file).getBytes(StandardCharsets.UTF_8);
    }
}
