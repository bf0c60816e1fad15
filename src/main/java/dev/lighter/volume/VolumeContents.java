package dev.lighter.volume;

import dev.lighter.content.ContentOwners;
import java.io.IOException;
import java.util.List;
import java.util.Set;
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
        return Set.of(VOLUMES);
    }

    @Override
    public List<Content> contents() {
        return registry.all().stream()
                .map(volume ->
                        new Content(VOLUMES + "/" + volume.view.id(), "volume " + volume.view.name(), !volume.removing))
                .toList();
    }

    @Override
    public void remove(String path) throws IOException {
        directories.delete(path.substring(VOLUMES.length() + 1));
    }
}
