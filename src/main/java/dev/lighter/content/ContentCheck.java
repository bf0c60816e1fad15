package dev.lighter.content;

import dev.lighter.content.ContentOwners.Content;
import dev.lighter.error.EngineException;
import dev.lighter.http.LighterProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/**
 * Compares what is in the data directory with what features need of it, and settles the difference where it is asked to. What something
 * needs that runs at the moment is never removed. One check at a time.
 */
@Service
public class ContentCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ContentCheck.class);

    private final Path data;
    private final ObjectProvider<ContentOwners> features;

    ContentCheck(LighterProperties properties, ObjectProvider<ContentOwners> features) {
        this.data = properties.data().toAbsolutePath().normalize();
        this.features = features;
    }

    /** Looks at every entry. @param repair whether orphans are removed, and what needs missing entries is forgotten */
    public synchronized ContentReport check(boolean repair) {
        try {
            List<ContentOwners> owners = features.orderedStream().toList();
            Map<String, ContentReport.Entry> entries = new TreeMap<>();
            Set<String> looked = new TreeSet<>();
            for (ContentOwners owner : owners) {
                for (String directory : owner.directories()) {
                    if (looked.add(directory)) {
                        for (ContentReport.Entry entry : look(owner, directory, owners, repair)) {
                            entries.put(entry.path(), entry);
                        }
                    }
                }
            }
            for (ContentOwners owner : owners) {
                for (Content content : owner.contents()) {
                    if (content.expected() && !exists(content.path())) {
                        String done = repair ? owner.forget(content) : "";
                        entries.merge(
                                content.path(),
                                ContentReport.Entry.missing(content, done),
                                ContentReport.Entry::alsoMissing);
                    }
                }
            }
            return new ContentReport(List.copyOf(entries.values()), unclaimed(looked));
        } catch (IOException e) {
            throw EngineException.internal("the data directory cannot be checked: " + e.getMessage(), e);
        }
    }

    /** The entries of a directory, while whoever makes them makes none. */
    private List<ContentReport.Entry> look(
            ContentOwners owner, String directory, List<ContentOwners> owners, boolean repair) throws IOException {
        return owner.holdingBack(() -> {
            // First what is there and then what is needed: what is made in between is in neither.
            List<String> there = names(directory);
            Map<String, Set<String>> needed = new TreeMap<>();
            for (ContentOwners one : owners) {
                for (Content content : one.contents()) {
                    needed.computeIfAbsent(content.path(), key -> new TreeSet<>())
                            .add(content.neededBy());
                }
            }
            List<ContentReport.Entry> entries = new ArrayList<>();
            for (String path : there) {
                Set<String> by = needed.getOrDefault(path, Set.of());
                if (!by.isEmpty()) {
                    entries.add(ContentReport.Entry.needed(path, bytes(path), List.copyOf(by)));
                } else {
                    entries.add(orphan(owner, path, repair));
                }
            }
            return entries;
        });
    }

    private ContentReport.Entry orphan(ContentOwners owner, String path, boolean repair) throws IOException {
        long bytes = bytes(path);
        if (repair) {
            LOG.info("Removing {}, which nobody needs", path);
            owner.remove(path);
        }
        return ContentReport.Entry.orphan(path, bytes, repair);
    }

    private List<String> names(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(data.resolve(directory))) {
            return entries.map(entry -> directory + "/" + entry.getFileName()).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private boolean exists(String path) {
        return Files.exists(data.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    /** The length of a file; directories are not counted, which could take long. */
    private long bytes(String path) throws IOException {
        Path file = data.resolve(path);
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }

    /** Names at the top that no feature answers for: the engine's own, and whatever people have put there. */
    private List<String> unclaimed(Set<String> looked) throws IOException {
        Set<String> tops = new HashSet<>();
        looked.forEach(directory -> tops.add(directory.split("/", 2)[0]));
        try (Stream<Path> entries = Files.list(data)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !tops.contains(name))
                    .sorted()
                    .toList();
        }
    }
}
