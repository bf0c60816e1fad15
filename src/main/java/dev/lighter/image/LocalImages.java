package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.image.ImageUsers.ImageUser;
import dev.lighter.image.host.HostSecrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;

/** The images that this machine keeps. Settles them at start; makes the starter image once the engine is ready, where it is missing. */
@Service
class LocalImages implements ImageService, InitializingBean, DisposableBean {
    /** What happens to containers that may be the last that needed an image. */
    private static final Set<String> DETACHING = Set.of("destroy", "commit");

    private static final Logger LOG = LoggerFactory.getLogger(LocalImages.class);

    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageSettings settings;
    private final EventService events;
    private final ImageLoader loader;
    private final ImageRemover remover;
    private final ImageImporter importer;
    private final ImageAccounts accounts;
    private final ExecutorService background = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "lighter-images");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable CompletableFuture<Void> starter;
    private volatile boolean starterWanted;

    LocalImages(
            ImageCatalog catalog,
            ImageDirectories directories,
            ImageSettings settings,
            EventService events,
            ImageLoader loader,
            ImageRemover remover,
            ImageImporter importer) {
        this.catalog = catalog;
        this.directories = directories;
        this.settings = settings;
        this.events = events;
        this.loader = loader;
        this.remover = remover;
        this.importer = importer;
        this.accounts = new ImageAccounts(catalog, directories);
    }

    @Override
    public void afterPropertiesSet() throws IOException {
        List<String> leftovers = catalog.reconcile();
        background.execute(() -> remove(leftovers));
        starterWanted = settings.starterImage() && catalog.index().named(StarterImage.NAME) == null;
    }

    private void remove(List<String> temporaries) {
        try {
            catalog.removeAll(temporaries);
        } catch (IOException e) {
            LOG.warn("Leftovers of images cannot be removed; the next start tries again: {}", e.getMessage());
        }
    }

    private synchronized CompletableFuture<Void> makeStarter() {
        CompletableFuture<Void> running = starter;
        if (running == null) {
            running = CompletableFuture.runAsync(this::buildStarter, background);
            starter = running;
        }
        return running;
    }

    private void buildStarter() {
        long start = System.nanoTime();
        try (LoadAttempt attempt = new LoadAttempt(directories, settings)) {
            ImageDraft draft = new StarterImage(new HostSecrets(directories.data())).pack(attempt);
            String id;
            try (ImageCatalog.Change change = catalog.change()) {
                id = catalog.add(attempt, draft);
                catalog.name(id, StarterImage.NAME);
            }
            starterWanted = false;
            events.publish("image", "tag", id, Map.of("name", StarterImage.NAME.familiar()));
            LOG.info(
                    "Made {} from the host's files in {} ms",
                    StarterImage.NAME.familiar(),
                    (System.nanoTime() - start) / 1_000_000);
        } catch (IOException | EngineException e) {
            LOG.error("{} cannot be made: {}", StarterImage.NAME.familiar(), e.getMessage());
            throw EngineException.internal(
                    StarterImage.NAME.familiar() + " cannot be made from the host's files: " + e.getMessage(), e);
        } finally {
            starterEnded();
        }
    }

    private synchronized void starterEnded() {
        starter = null;
    }

    @Override
    public ImageDetails get(String reference) {
        return find(reference).details();
    }

    private ImageIndex.Entry find(String reference) {
        ImageIndex.Entry found = catalog.index().find(reference);
        if (found == null && awaitStarter(reference)) {
            found = catalog.index().find(reference);
        }
        if (found == null) {
            throw EngineException.notFound("No such image: " + withTag(reference));
        }
        return found;
    }

    private boolean awaitStarter(String reference) {
        if (isId(reference) || !isStarter(reference)) {
            return false;
        }
        if (starterWanted) {
            await(makeStarter());
        }
        // It may have been finished since the caller looked.
        return true;
    }

    private static void await(CompletableFuture<Void> made) {
        try {
            made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("the engine stopped while " + StarterImage.NAME.familiar() + " was made");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException reason) {
                throw reason;
            }
            throw EngineException.internal(StarterImage.NAME.familiar() + " cannot be made", e);
        }
    }

    private static boolean isId(String text) {
        return text.startsWith(Sha256.PREFIX) || Sha256.isHex(text);
    }

    private static boolean isStarter(String reference) {
        return ImageReference.parse(reference).orLatest().equals(StarterImage.NAME);
    }

    private static String withTag(String reference) {
        return isId(reference)
                ? reference
                : ImageReference.parse(reference).orLatest().familiar();
    }

    @Override
    public List<Path> layerDirectories(String imageId) {
        return known(imageId).layers();
    }

    private ImageIndex.Entry known(String imageId) {
        ImageIndex.Entry image = catalog.index().byId(imageId);
        if (image == null) {
            throw EngineException.notFound("No such image: " + imageId);
        }
        return image;
    }

    @Override
    public int count() {
        return list().size();
    }

    @Override
    public List<ImageDetails> list() {
        return List.copyOf(catalog.index().newestFirst());
    }

    @Override
    public long sizeBytes(String imageId) {
        return known(imageId).details().sizeBytes();
    }

    @Override
    public long sharedBytes(String imageId) {
        return catalog.index().sharedBytes(known(imageId));
    }

    @Override
    public List<LoadedImage> load(InputStream archive, String platform, LoadProgress progress) {
        ImagePlatform wanted = platform.isEmpty() ? null : ImagePlatform.parse(platform);
        return loader.load(archive, wanted, progress);
    }

    @Override
    public void tag(String reference, String repository, String tag) {
        ImageReference name = ImageReference.parse(repository);
        if (name.digest() != null) {
            throw EngineException.invalid("refusing to create a tag with a digest reference");
        }
        if (!tag.isEmpty()) {
            name = name.withTag(tag);
        }
        name = name.orLatest();
        String id = find(reference).stored().id();
        catalog.name(id, name);
        events.publish("image", "tag", id, Map.of("name", name.familiar()));
    }

    @Override
    public List<ImageRemoval> remove(String reference, boolean force, boolean parents) {
        return remover.remove(find(reference), reference, force, parents);
    }

    @Override
    public PrunedImages prune(boolean tagged, Predicate<ImageDetails> meant) {
        return remover.prune(tagged, meant);
    }

    @Override
    public List<HistoryStep> history(String reference) {
        return ImageHistory.of(find(reference), catalog.index());
    }

    @Override
    public void requirePlatform(String reference, String platform) {
        ImageDetails image = get(reference);
        if (!platform.isEmpty()) {
            ImagePlatform.parse(platform).require(reference, image);
        }
    }

    @Override
    public String configFile(String imageId) {
        return known(imageId).stored().config();
    }

    @Override
    public @Nullable BlobDescriptor manifest(String imageId) {
        return accounts.manifest(known(imageId));
    }

    @Override
    public boolean hasChildren(String imageId) {
        return !catalog.index().childrenOf(imageId).isEmpty();
    }

    @Override
    public List<ImageUser> usersOf(String imageId) {
        return remover.usersOf(imageId);
    }

    @Override
    public ImageUsage usage(String imageId) {
        return accounts.usage(known(imageId), remover.usersOf(imageId));
    }

    @Override
    public long bytesOnDisk() {
        return accounts.bytesOnDisk();
    }

    @Override
    public ImageDetails importArchive(
            InputStream archive,
            ImageConfig config,
            String comment,
            String platform,
            @Nullable ImageReference name,
            LoadProgress progress) {
        ImagePlatform made = ImagePlatform.of(platform);
        if (!made.os().equals("linux")) {
            throw EngineException.invalid(
                    "operating system \"" + made.os() + "\" is not supported: containers are linux");
        }
        return get(importer.importArchive(archive, config, comment, made, name, progress));
    }

    @Override
    public ImageDetails make(String reference) {
        ImageReference name = ImageReference.parse(reference).orLatest();
        if (!name.equals(StarterImage.NAME)) {
            throw EngineException.notImplemented(
                    "cannot make " + name.familiar() + ": only " + StarterImage.NAME.familiar() + " is made here");
        }
        if (catalog.index().named(name) == null) {
            await(makeStarter());
        }
        return get(reference);
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        if (starterWanted) {
            var ignored = makeStarter();
        }
        background.execute(remover::deleteUnused);
        events.listen(event -> {
            boolean ofUsers = event.type().equals("container") || event.type().equals("snapshot");
            if (ofUsers && DETACHING.contains(event.action())) {
                background.execute(remover::deleteUnused);
            }
        });
    }

    @Override
    public void destroy() {
        // Not interrupted: that would close the database's file for everybody.
        background.shutdown();
    }
}
