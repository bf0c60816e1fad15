package dev.lighter.container;

import dev.lighter.content.ContentOwners;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Tells which directories snapshots need; these are known before those are made and after they are gone. */
@Component
class SnapshotContents implements ContentOwners {
    private static final String SNAPSHOTS = "snapshots";

    private final Snapshots snapshots;

    SnapshotContents(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public Set<String> directories() {
        return Set.of(SNAPSHOTS);
    }

    @Override
    public List<Content> contents() {
        return snapshots.everything().stream()
                .map(snapshot -> new Content(
                        SNAPSHOTS + "/" + snapshot.id(), "snapshot " + snapshot.id(), Snapshots.isThere(snapshot)))
                .toList();
    }

    @Override
    public void remove(String path) throws IOException {
        snapshots.deleteFiles(path.substring(SNAPSHOTS.length() + 1));
    }
}
