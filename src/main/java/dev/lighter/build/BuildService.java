package dev.lighter.build;

import dev.lighter.error.EngineException;
import dev.lighter.image.BuildCacheUsage;
import dev.lighter.image.ImageUsers;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/** Builds images from Dockerfiles, and keeps what their steps have made for later builds. Safe for all threads. */
@Service
public class BuildService implements ImageUsers, BuildCacheUsage, DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(BuildService.class);
    private static final int ID_BYTES = 16;
    private static final int LONGEST_ID = 64;

    private final Workshop workshop;
    private final CachePruning pruning;
    private final BuildStore store;
    private final int threads;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Build> running = new ConcurrentHashMap<>();
    private final Set<String> rows = ConcurrentHashMap.newKeySet();

    BuildService(Workshop workshop, CachePruning pruning, BuildStore store, BuildSettings settings) {
        this.workshop = workshop;
        this.pruning = pruning;
        this.store = store;
        int asked = settings.parallelStages();
        this.threads = asked > 0 ? asked : Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    /**
     * Takes the files of a build and reads its Dockerfile. Fails with INVALID, and keeps nothing, where either is wrong; a Dockerfile's line is
     * named. To be closed.
     *
     * @param context an archive of the files, compressed or not; null for none
     */
    public OpenBuild open(BuildRequest request, @Nullable InputStream context) {
        check(request);
        String id = request.id().isEmpty() ? newId() : request.id();
        String row = newId();
        rows.add(row);
        store.begin(row);
        boolean done = false;
        Build build = new Build(row, request, workshop.directories().path(row), workshop.containers());
        try {
            workshop.directories().create(row);
            if (running.putIfAbsent(id, build) != null) {
                throw EngineException.conflict("a build with the id " + id + " goes on already");
            }
            build.setDockerfile(new BuildContext(build, workshop).receive(context));
            int most = Math.min(threads, build.dockerfile().stages().size());
            OpenBuild open = new OpenBuild(build, workshop, most, () -> close(id, build));
            done = true;
            return open;
        } catch (IOException e) {
            throw EngineException.internal("the build cannot begin: " + e.getMessage(), e);
        } finally {
            if (!done) {
                close(id, build);
            }
        }
    }

    private static void check(BuildRequest request) {
        if (request.id().length() > LONGEST_ID) {
            throw EngineException.invalid("buildid: longer than " + LONGEST_ID + " characters");
        }
        if (!StageBuild.isHere(request.options().platform())) {
            throw EngineException.invalid("platform: " + request.options().platform()
                    + " is not this machine's, and nothing else can be built here");
        }
        request.names().forEach(name -> {
            if (name.digest() != null) {
                throw EngineException.invalid("t: refusing to create a tag with a digest reference");
            }
        });
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void close(String id, Build build) {
        running.remove(id, build);
        try {
            workshop.directories().delete(build.id());
            store.end(build.id(), build.used().values());
            rows.remove(build.id());
        } catch (IOException e) {
            LOG.warn("The files of a build are removed at the next start: {}", e.getMessage());
        }
    }

    /** The builds that go on, oldest first. */
    public List<BuildView> list() {
        return running.entrySet().stream()
                .map(entry -> new BuildView(
                        entry.getKey(),
                        entry.getValue().started(),
                        entry.getValue().request().names().stream()
                                .map(name -> name.orLatest().familiar())
                                .toList()))
                .sorted(Comparator.comparing(BuildView::started))
                .toList();
    }

    /** Ends a build soon; its stream then says so. Fails with NOT_FOUND where none with this id goes on. */
    public void cancel(String id) {
        Build build = running.get(id);
        if (build == null) {
            throw EngineException.notFound("No such build: " + id);
        }
        build.cancel("the build was cancelled");
    }

    /** What later builds may use again, least lately used first. */
    public List<CacheUse> cache() {
        return pruning.all();
    }

    /**
     * Removes what nobody needs of the cache.
     *
     * @param all whether also what images with names were made of; the images stay
     * @param keepBytes how much of what is meant may stay; 0 for nothing
     */
    public PrunedCache prune(boolean all, long keepBytes, Predicate<CacheUse> meant) {
        return pruning.prune(all, keepBytes, meant);
    }

    /** The builds that have, or are about to have, a directory. */
    Set<String> rows() {
        return rows;
    }

    @Override
    public List<Item> items() {
        return cache().stream()
                .map(use -> new Item(
                        use.record().id(),
                        List.of(),
                        use.record().kind(),
                        use.record().description(),
                        use.inUse(),
                        isShared(use),
                        use.sizeBytes(),
                        use.record().created(),
                        use.record().lastUsed(),
                        use.record().usages()))
                .toList();
    }

    /** Whether what it takes is counted with an image that has a name, too. */
    public static boolean isShared(CacheUse use) {
        return use.inUse() && use.record().imageId() != null;
    }

    @Override
    public List<ImageUser> usersOf(String imageId) {
        return running.values().stream()
                .filter(build -> build.holds(imageId))
                .map(build -> new ImageUser(build.id(), "build " + build.id(), true))
                .toList();
    }

    @Override
    public void destroy() {
        running.values().forEach(build -> build.cancel("the engine ends"));
    }
}
