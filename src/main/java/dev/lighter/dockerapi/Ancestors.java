package dev.lighter.dockerapi;

import dev.lighter.container.ContainerView;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Images that containers are asked to be made from, directly or through an image that has all their layers and more. Belongs to one request. */
final class Ancestors {
    private final ImageService images;
    private final boolean any;
    private final Set<String> ids = new HashSet<>();
    private final List<List<String>> layers = new ArrayList<>();
    private final Map<String, Boolean> known = new HashMap<>();

    /**
     * @param asked names or ids; one that no image has accepts the containers whose image it was
     */
    Ancestors(ImageService images, List<String> asked) {
        this.images = images;
        this.any = asked.isEmpty();
        for (String name : asked) {
            ImageDetails image = find(name);
            ids.add(image == null ? name : image.id());
            if (image != null && !image.diffIds().isEmpty()) {
                layers.add(image.diffIds());
            }
        }
    }

    boolean accept(ContainerView container) {
        String imageId = container.spec().imageId();
        return any || ids.contains(imageId) || known.computeIfAbsent(imageId, this::descends);
    }

    private boolean descends(String imageId) {
        ImageDetails image = find(imageId);
        return image != null
                && layers.stream()
                        .anyMatch(those -> those.size() <= image.diffIds().size()
                                && image.diffIds().subList(0, those.size()).equals(those));
    }

    private @Nullable ImageDetails find(String name) {
        try {
            return images.get(name);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND) {
                throw e;
            }
            return null;
        }
    }
}
