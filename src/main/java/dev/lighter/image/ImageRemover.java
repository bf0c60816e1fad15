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

    List<ImageRemoval> remove(ImageIndex.Entry found, String asked, boolean force) {
        List<ImageRemoval> done = new ArrayList<>();
        List<String> temporaries = new ArrayList<>();
        try {
            try (ImageCatalog.Change change = catalog.change()) {
                ImageIndex.Entry image = catalog.index().byId(found.stored().id());
                if (image == null || image.stored().removed()) {
                    throw EngineException.notFound("No such image: " + asked);
                }
                remove(image, asked, force, done, temporaries);
            }
            catalog.removeAll(temporaries);
            return done;
        } catch (IOException e) {
            throw EngineException.internal("the image cannot be removed completely: " + e.getMessage(), e);
        }
    }

    private void remove(
            ImageIndex.Entry image, String asked, boolean force, List<ImageRemoval> done, List<String> temporaries)
            throws IOException {
        String id = image.stored().id();
        List<ImageUser> containers = usersOf(id);
        if (isIdOf(image, asked)) {
            boolean oneRepository = repositories(image).size() <= 1;
            if (!oneRepository && !force) {
                throw conflict(id, "must be forced", "image is referenced in multiple repositories");
            }
            checkUsers(id, containers, force);
            untag(image, image.names(), done);
        } else {
            String name = nameOf(image, asked);
            if (!force && image.names().size() == 1 && !containers.isEmpty()) {
                throw EngineException.conflict("conflict: unable to remove repository reference \"" + asked
                        + "\" (must force) - container "
                        + shortId(containers.get(0).containerId())
                        + " is using its referenced image " + shortId(id));
            }
            untag(image, List.of(name), done);
            if (image.names().size() > 1 || containers.stream().anyMatch(ImageUser::running)) {
                return;
            }
        }
        ImageIndex.Entry untagged = catalog.index().byId(id);
        if (untagged == null) {
            return;
        }
        done.add(ImageRemoval.deleted(id));
        events.publish("image", "delete", id, Map.of("name", id));
        if (containers.isEmpty()) {
            ImageCatalog.Removed removed = catalog.delete(untagged);
            temporaries.addAll(removed.temporaries());
            chains(untagged, removed).forEach(chain -> done.add(ImageRemoval.deleted(chain)));
        } else {
            catalog.hide(id);
        }
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

    private void untag(ImageIndex.Entry image, List<String> names, List<ImageRemoval> done) {
        catalog.removeNames(names);
        for (String name : names) {
            String familiar = ImageReference.parse(name).familiar();
            done.add(ImageRemoval.untagged(familiar));
            events.publish("image", "untag", image.stored().id(), Map.of("name", familiar));
        }
    }

    /** The name that was asked for in full; for a name by digest any of the repository's. */
    private static String nameOf(ImageIndex.Entry image, String asked) {
        ImageReference reference = ImageReference.parse(asked).orLatest();
        if (reference.digest() == null) {
            return reference.toString();
        }
        return image.names().stream()
                .filter(name -> ImageReference.parse(name).repository().equals(reference.repository()))
                .findFirst()
                .orElseThrow(() -> EngineException.notFound("No such image: " + asked));
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
        image.names()
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
                    if (image.stored().removed() && usersOf(image.stored().id()).isEmpty()) {
                        temporaries.addAll(catalog.delete(image).temporaries());
                    }
                }
            }
            catalog.removeAll(temporaries);
        } catch (IOException e) {
            LOG.warn("The layers of removed images cannot be deleted; the next start tries again: {}", e.getMessage());
        }
    }

    private List<ImageUser> usersOf(String imageId) {
        return users.stream().flatMap(one -> one.usersOf(imageId).stream()).toList();
    }

    private static String shortId(String id) {
        String hex = id.startsWith(Sha256.PREFIX) ? Sha256.hex(id) : id;
        return hex.length() > SHORT_ID ? hex.substring(0, SHORT_ID) : hex;
    }
}
