package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.image.ImageUsers.ImageUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Removes names and images by Docker's rules. An image that is removed by force while stopped containers were made from it disappears,
 * but its layers stay until the last of them is gone. Safe for all threads.
 */
@Component
class ImageRemover {
    private static final Logger LOG = LoggerFactory.getLogger(ImageRemover.class);
    private static final int SHORT_ID = 12;

    private final ImageCatalog catalog;
    private final EventService events;
    private final ObjectProvider<ImageUsers> users;

    ImageRemover(ImageCatalog catalog, EventService events, ObjectProvider<ImageUsers> users) {
        this.catalog = catalog;
        this.events = events;
        this.users = users;
    }

    /** One removal under way: how it is to go, what it has done, which bytes are still to be removed, and how many they are. */
    private static final class Work {
        private final boolean force;
        private final boolean parents;
        private final List<ImageRemoval> done = new ArrayList<>();
        private final List<String> temporaries = new ArrayList<>();
        private long bytes;

        Work(boolean force, boolean parents) {
            this.force = force;
            this.parents = parents;
        }
    }

    /** @param parents whether images below it go, too, that nobody needs then */
    List<ImageRemoval> remove(ImageIndex.Entry found, String asked, boolean force, boolean parents) {
        return carryOut(found, asked, new Work(force, parents)).done;
    }

    private Work carryOut(ImageIndex.Entry found, String asked, Work work) {
        try {
            try (ImageCatalog.Change change = catalog.change()) {
                ImageIndex.Entry image = catalog.index().byId(found.stored().id());
                if (image == null || image.stored().removed()) {
                    throw EngineException.notFound("No such image: " + asked);
                }
                remove(image, asked, work);
            }
            catalog.removeAll(work.temporaries);
            return work;
        } catch (IOException e) {
            throw EngineException.internal("the image cannot be removed completely: " + e.getMessage(), e);
        }
    }

    private void remove(ImageIndex.Entry image, String asked, Work work) throws IOException {
        String id = image.stored().id();
        List<ImageUser> containers = usersOf(id);
        boolean byId = isIdOf(image, asked);
        if (byId) {
            if (repositories(image).size() > 1 && !work.force) {
                throw conflict(id, "must be forced", "image is referenced in multiple repositories");
            }
            if (!catalog.index().childrenOf(id).isEmpty()) {
                throw conflict(id, "cannot be forced", "image has dependent child images");
            }
            checkUsers(id, containers, work.force);
            untag(image, references(image), work);
        } else {
            List<String> names = named(image, asked);
            boolean last = references(image).size() == names.size();
            if (!work.force && last && !containers.isEmpty()) {
                throw EngineException.conflict("conflict: unable to remove repository reference \"" + asked
                        + "\" (must force) - container "
                        + shortId(containers.get(0).containerId())
                        + " is using its referenced image " + shortId(id));
            }
            untag(image, names, work);
            boolean needed = !catalog.index().childrenOf(id).isEmpty()
                    || containers.stream().anyMatch(ImageUser::running);
            if (!last || needed) {
                return;
            }
        }
        delete(id, work);
    }

    /** Deletes an image that has no names any more, and those below it that only it needed. */
    private void delete(String id, Work work) throws IOException {
        ImageIndex.Entry image = catalog.index().byId(id);
        if (image == null) {
            return;
        }
        work.done.add(ImageRemoval.deleted(id));
        events.publish("image", "delete", id, Map.of("name", id));
        if (!isUnused(id)) {
            catalog.hide(id);
            return;
        }
        ImageCatalog.Removed removed = catalog.delete(image);
        work.temporaries.addAll(removed.temporaries());
        work.bytes += removed.bytes();
        chains(image, removed).forEach(chain -> work.done.add(ImageRemoval.deleted(chain)));
        ImageIndex.Entry parent = catalog.index().parentOf(image);
        if (parent != null
                && work.parents
                && references(parent).isEmpty()
                && catalog.index().childrenOf(parent.stored().id()).isEmpty()
                && usersOf(parent.stored().id()).isEmpty()) {
            delete(parent.stored().id(), work);
        }
    }

    /**
     * Removes images that no container was made from: those without a tag, or all of them. What cannot be removed stays.
     *
     * @param tagged whether those with a tag go, too
     */
    PrunedImages prune(boolean tagged, Predicate<ImageDetails> meant) {
        List<ImageRemoval> done = new ArrayList<>();
        long bytes = 0;
        for (ImageDetails image : List.copyOf(catalog.index().newestFirst())) {
            ImageIndex.Entry found = catalog.index().byId(image.id());
            if (found == null) {
                continue;
            }
            boolean goes = !found.stored().removed()
                    && (tagged || found.names().isEmpty())
                    && catalog.index().childrenOf(image.id()).isEmpty()
                    && meant.test(image)
                    && usersOf(image.id()).isEmpty();
            if (!goes) {
                continue;
            }
            for (String asked : references(found).isEmpty() ? List.of(image.id()) : references(found)) {
                try {
                    Work work = carryOut(found, asked, new Work(false, true));
                    done.addAll(work.done);
                    bytes += work.bytes;
                } catch (EngineException e) {
                    LOG.info("Image {} is not pruned: {}", asked, e.getMessage());
                }
            }
        }
        events.publish("image", "prune", "", Map.of("reclaimed", Long.toString(bytes)));
        return new PrunedImages(done, bytes);
    }

    private void checkUsers(String id, List<ImageUser> containers, boolean force) {
        for (ImageUser user : containers) {
            if (user.running()) {
                throw conflict(
                        id,
                        "cannot be forced",
                        "image is being used by running container " + shortId(user.containerId()));
            }
        }
        if (!force && !containers.isEmpty()) {
            throw conflict(
                    id,
                    "must be forced",
                    "image is being used by stopped container "
                            + shortId(containers.get(0).containerId()));
        }
    }

    private static EngineException conflict(String id, String force, String reason) {
        return EngineException.conflict("conflict: unable to delete " + shortId(id) + " (" + force + ") - " + reason);
    }

    /** Takes names away; with the last tag of a repository go the digests that it knows the image by. */
    private void untag(ImageIndex.Entry image, List<String> names, Work work) {
        List<String> all = new ArrayList<>(names);
        for (String digest : image.digests()) {
            String repository = ImageReference.parse(digest).repository();
            boolean hadTag = image.names().stream().anyMatch(name -> isOf(name, repository));
            boolean hasTag = image.names().stream().anyMatch(name -> !names.contains(name) && isOf(name, repository));
            if (hadTag && !hasTag && !all.contains(digest)) {
                all.add(digest);
            }
        }
        catalog.removeNames(all);
        for (String name : all) {
            String familiar = ImageReference.parse(name).familiar();
            work.done.add(ImageRemoval.untagged(familiar));
            events.publish("image", "untag", image.stored().id(), Map.of("name", familiar));
        }
    }

    private static boolean isOf(String name, String repository) {
        return ImageReference.parse(name).repository().equals(repository);
    }

    private static List<String> references(ImageIndex.Entry image) {
        List<String> references = new ArrayList<>(image.names());
        references.addAll(image.digests());
        return references;
    }

    /** The names that were meant, in full: one, or for a name by the manifest's digest all tags that the repository has for it. */
    private static List<String> named(ImageIndex.Entry image, String asked) {
        ImageReference reference = ImageReference.parse(asked).orLatest();
        List<String> names = new ArrayList<>();
        if (reference.digest() == null) {
            names.add(reference.toString());
        } else if (image.digests().contains(reference.repository() + "@" + reference.digest())) {
            names.add(reference.repository() + "@" + reference.digest());
        } else {
            image.names().stream()
                    .filter(name -> isOf(name, reference.repository()))
                    .forEach(names::add);
        }
        boolean last = image.names().stream().noneMatch(name -> !names.contains(name));
        if (last && reference.digest() == null) {
            image.digests().stream()
                    .filter(digest -> isOf(digest, reference.repository()))
                    .forEach(names::add);
        }
        if (names.isEmpty()) {
            throw EngineException.notFound("No such image: " + asked);
        }
        return names;
    }

    /** Whether an image was asked for by its id, and not by a name that looks like the beginning of one. */
    private static boolean isIdOf(ImageIndex.Entry image, String asked) {
        String elsewhere = image.stored().publishedId();
        boolean beginsId = begins(image.stored().id(), asked) || elsewhere != null && begins(elsewhere, asked);
        return beginsId
                && (asked.startsWith(Sha256.PREFIX)
                        || Sha256.isHex(asked)
                        || !image.names()
                                .contains(ImageReference.parse(asked).orLatest().toString()));
    }

    private static boolean begins(String id, String asked) {
        return id.startsWith(asked) || Sha256.hex(id).startsWith(asked);
    }

    private static Set<String> repositories(ImageIndex.Entry image) {
        Set<String> repositories = new HashSet<>();
        references(image)
                .forEach(name -> repositories.add(ImageReference.parse(name).repository()));
        return repositories;
    }

    /** Docker names layers by the digest of the whole chain up to them, OCI image specification, chain id. */
    private static List<String> chains(ImageIndex.Entry image, ImageCatalog.Removed removed) {
        List<String> gone = new ArrayList<>();
        String chain = "";
        for (int i = 0; i < image.file().diffIds().size(); i++) {
            String diffId = image.file().diffIds().get(i);
            chain = chain.isEmpty() ? diffId : Sha256.of((chain + " " + diffId).getBytes(StandardCharsets.UTF_8));
            if (removed.layerIds().contains(image.stored().layers().get(i).layerId())) {
                gone.add(0, chain);
            }
        }
        return gone;
    }

    /** Deletes images that were removed by force and whose last container has gone since. */
    void deleteUnused() {
        try {
            List<String> temporaries = new ArrayList<>();
            try (ImageCatalog.Change change = catalog.change()) {
                for (ImageIndex.Entry image : List.copyOf(catalog.index().everything())) {
                    if (image.stored().removed() && isUnused(image.stored().id())) {
                        temporaries.addAll(catalog.delete(image).temporaries());
                    }
                }
            }
            catalog.removeAll(temporaries);
        } catch (IOException e) {
            LOG.warn("The layers of removed images cannot be deleted; the next start tries again: {}", e.getMessage());
        }
    }

    /** Whether no container was made from an image or stands on its layers. */
    boolean isUnused(String imageId) {
        return users.stream().noneMatch(one -> !one.usersOf(imageId).isEmpty() || one.needsLayersOf(imageId));
    }

    /** Who uses an image. */
    List<ImageUser> usersOf(String imageId) {
        return users.stream().flatMap(one -> one.usersOf(imageId).stream()).toList();
    }

    private static String shortId(String id) {
        String hex = id.startsWith(Sha256.PREFIX) ? Sha256.hex(id) : id;
        return hex.length() > SHORT_ID ? hex.substring(0, SHORT_ID) : hex;
    }
}
