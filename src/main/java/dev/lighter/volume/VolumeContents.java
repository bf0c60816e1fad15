package dev.lighter.volume;

import dev.lighter.content.ContentOwners;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Tells which directories volumes need; volumes are known before those are made and after they are gone. */
@Component
class VolumeContents implements ContentOwners {
    private static final String VOLUMES = "volumes";

    private final VolumeRegistry registry;
    private final VolumeDirectories directories;

    VolumeContents(VolumeRegistry registry, VolumeDirectories directories) {
        this.registry = registry;
        this.directories = directories;
    }

    @Override
    public Set<String> directories() {
        return Set.of(VOLUMES, ClonePool.entries(VOLUMES));
    }

    @Override
    public List<Content> contents() {
        return registry.all().stream()
                .flatMap(volume -> Stream.of(
                        new Content(VOLUMES + "/" + volume.view.id(), user(volume), !volume.removing),
                        new Content(ClonePool.entries(VOLUMES) + "/" + volume.view.id(), user(volume), false)))
                .toList();
    }

    private static String user(LiveVolume volume) {
        return "volume " + volume.view.name();
    }

    @Override
    public void remove(String path) throws IOException {
        directories.delete(path.substring(path.lastIndexOf('/') + 1));
    }
}
