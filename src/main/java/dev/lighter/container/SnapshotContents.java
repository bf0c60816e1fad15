package dev.lighter.container;

import dev.lighter.content.ContentOwners;
import dev.lighter.volume.ClonePool;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
        return Set.of(SNAPSHOTS, ClonePool.entries(SNAPSHOTS));
    }

    @Override
    public List<Content> contents() {
        return snapshots.everything().stream()
                .flatMap(snapshot -> Stream.of(
                        new Content(SNAPSHOTS + "/" + snapshot.id(), user(snapshot), Snapshots.isThere(snapshot)),
                        new Content(ClonePool.entries(SNAPSHOTS) + "/" + snapshot.id(), user(snapshot), false)))
                .toList();
    }

    private static String user(Snapshot snapshot) {
        return "snapshot " + snapshot.id();
    }

    @Override
    public void remove(String path) throws IOException {
        snapshots.deleteFiles(path.substring(path.lastIndexOf('/') + 1));
    }
}
