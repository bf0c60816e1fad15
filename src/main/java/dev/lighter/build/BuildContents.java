package dev.lighter.build;

import dev.lighter.content.ContentOwners;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Tells which directories builds need: their own while they last, and those that steps share. Both are known before they are made. */
@Component
class BuildContents implements ContentOwners {
    private static final String RUNNING = "builds/running";
    private static final String CACHE = "builds/cache";

    private final Workshop workshop;
    private final BuildService builds;

    BuildContents(Workshop workshop, BuildService builds) {
        this.workshop = workshop;
        this.builds = builds;
    }

    @Override
    public Set<String> directories() {
        return Set.of(RUNNING, CACHE);
    }

    @Override
    public List<Content> contents() {
        List<Content> contents = new ArrayList<>();
        builds.rows().forEach(id -> contents.add(new Content(RUNNING + "/" + id, "build " + id, false)));
        workshop.cache().all().stream()
                .filter(record -> record.kind().equals(CacheRecord.MOUNT))
                .forEach(record ->
                        contents.add(new Content(CACHE + "/" + record.id(), "build cache " + record.id(), true)));
        workshop.mounts()
                .used()
                .forEach(id -> contents.add(new Content(CACHE + "/" + id, "a step that uses it", false)));
        return contents;
    }

    @Override
    public void remove(String path) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (path.startsWith(RUNNING)) {
            workshop.directories().delete(name);
        } else {
            workshop.directories().deleteCache(name);
        }
    }

    @Override
    public String forget(Content missing) {
        String id = missing.path().substring(missing.path().lastIndexOf('/') + 1);
        if (!workshop.cache().has(id)) {
            return "";
        }
        workshop.cache().forget(List.of(id));
        return "forgot the build cache " + id;
    }
}
