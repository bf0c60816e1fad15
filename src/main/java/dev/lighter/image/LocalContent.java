package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The content store of this machine, in step with the images that share it. */
@Component
class LocalContent implements ContentStore {
    private static final int MOST_UNPACKING =
            Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));

    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageSettings settings;
    private final EventService events;

    LocalContent(ImageCatalog catalog, ImageDirectories directories, ImageSettings settings, EventService events) {
        this.catalog = catalog;
        this.directories = directories;
        this.settings = settings;
        this.events = events;
    }

    @Override
    public OptionalLong size(String digest) {
        try {
            return OptionalLong.of(Files.size(directories.blob(digest)));
        } catch (IOException notKept) {
            return OptionalLong.empty();
        }
    }

    @Override
    public Path file(String digest) {
        return directories.blob(digest);
    }

    @Override
    public byte[] read(String digest, int mostBytes) {
        try (InputStream in = Files.newInputStream(directories.blob(digest))) {
            byte[] bytes = in.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw EngineException.invalid("the blob " + digest + " has more than " + mostBytes + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw EngineException.notFound("No such blob: " + digest);
        } catch (IOException e) {
            throw EngineException.internal("the blob " + digest + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public IncomingBlob receive() {
        try {
            return new IncomingBlob(directories, new LoadBudget(settings, directories.data()));
        } catch (IOException e) {
            throw ImageLoader.reason(e);
        }
    }

    @Override
    public void keep(Collection<IncomingBlob> blobs, Runnable record) {
        try (ImageCatalog.Change change = catalog.change()) {
            List<Path> added = new ArrayList<>();
            boolean recorded = false;
            try {
                for (IncomingBlob blob : blobs) {
                    Path target = directories.blob(blob.digest());
                    if (link(blob.file(), target)) {
                        added.add(target);
                    }
                }
                record.run();
                recorded = true;
            } finally {
                if (!recorded) {
                    for (Path target : added) {
                        Files.deleteIfExists(target);
                    }
                }
            }
        } catch (IOException e) {
            throw ImageLoader.reason(e);
        }
    }

    /** Whether the file was not there before. */
    private static boolean link(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
            return true;
        } catch (FileAlreadyExistsException sameBytes) {
            return false;
        }
    }

    @Override
    public void release(Supplier<? extends Collection<String>> record) {
        try (ImageCatalog.Change change = catalog.change()) {
            long ignored = catalog.deleteUnneeded(record.get());
        } catch (IOException e) {
            throw EngineException.internal("blobs cannot be deleted: " + e.getMessage(), e);
        }
    }

    @Override
    public String makeImage(byte[] config, byte[] manifest, List<String> layers, ImageReference name) {
        String id;
        String former;
        try (LoadAttempt attempt = new LoadAttempt(directories, settings)) {
            unpack(attempt, layers);
            try (ImageCatalog.Change change = catalog.change()) {
                id = catalog.add(attempt, new ImageDraft(config, manifest, layers));
                former = catalog.index().owner(name.toString());
                if (!id.equals(former)) {
                    catalog.name(id, name);
                }
            }
        } catch (IOException e) {
            throw ImageLoader.reason(e);
        }
        if (!id.equals(former)) {
            events.publish("image", "tag", id, Map.of("name", name.familiar()));
        }
        return id;
    }

    /** Unpacks what no image has unpacked yet, several layers at a time. */
    private void unpack(LoadAttempt attempt, List<String> layers) throws IOException {
        ImageIndex known = catalog.index();
        Deque<Future<@Nullable Void>> unpacking = new ArrayDeque<>();
        for (String blob : new LinkedHashSet<>(layers)) {
            if (!attempt.lease(blob)) {
                throw EngineException.invalid("the layer " + blob + " is not there");
            }
            String diffId = known.diffId(blob);
            if (diffId != null) {
                attempt.addDiffId(blob, diffId);
                continue;
            }
            unpacking.add(attempt.unpacking().submit(() -> {
                unpack(attempt, blob);
                return null;
            }));
            await(unpacking, MOST_UNPACKING - 1);
        }
        await(unpacking, 0);
    }

    private static void unpack(LoadAttempt attempt, String blob) throws IOException {
        Path file = attempt.blob(blob);
        if (file == null) {
            throw EngineException.internal("the layer " + blob + " is not leased", null);
        }
        try (InputStream in = Files.newInputStream(file)) {
            UnpackedLayer layer = BlobIngest.unpack(attempt, in, true);
            if (layer != null) {
                attempt.addLayer(blob, layer);
            }
        }
    }

    private static void await(Deque<Future<@Nullable Void>> unpacking, int most) throws IOException {
        while (unpacking.size() > most) {
            Unpacking.await(unpacking.remove());
        }
    }

    @Override
    public void removeName(ImageReference name) {
        String id;
        try (ImageCatalog.Change change = catalog.change()) {
            id = catalog.index().owner(name.toString());
            if (id != null) {
                catalog.removeNames(List.of(name.toString()));
            }
        }
        if (id != null) {
            events.publish("image", "untag", id, Map.of("name", name.familiar()));
        }
    }

    @Override
    public boolean isForThisMachine(byte[] config) {
        ImageConfigFile file = ImageConfigFile.parse(config);
        return ImagePlatform.host().accepts(new ImagePlatform(file.os(), file.architecture(), file.variant()));
    }
}
