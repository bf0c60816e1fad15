package dev.lighter.network.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Settings of the host that one or several engines need at a time. The first to need them changes them and the last to let go puts them
 * back. Who needs them and what they were is written down in a file below {@code /run}, which lasts as long as the settings do: until the
 * machine is started anew. To be used under a lock that all engines share.
 */
public final class SharedNeed {
    /** Finds out what has to change. */
    public interface Plan {
        /** The changes in their order; none where all is as needed. */
        List<SettingChange> changes() throws IOException;
    }

    private static final String NEEDED_BY = "needed-by ";
    private static final String CHANGED = "changed ";

    private final HostSettings settings;
    private final Path directory;
    private final String name;
    private final Path file;
    private final String engine;
    private final Plan plan;
    private final Predicate<String> isThere;

    /**
     * Needs nothing yet.
     *
     * @param directory where it is written down
     * @param name of the file there
     * @param engine what tells this engine from others
     * @param isThere whether another engine has anything on the host; what one that has gone without a word needed does not count
     */
    public SharedNeed(
            HostSettings settings, Path directory, String name, String engine, Plan plan, Predicate<String> isThere) {
        this.settings = settings;
        this.directory = directory;
        this.name = name;
        this.file = directory.resolve(name);
        this.engine = engine;
        this.plan = plan;
        this.isThere = isThere;
    }

    private record Note(Set<String> engines, List<SettingChange> changes) {}

    /** This engine needs the settings: what is not as needed is written down and changed. */
    public void take() throws IOException {
        Note note = read();
        note.engines().add(engine);
        List<SettingChange> changes = plan.changes();
        for (SettingChange change : changes) {
            if (note.changes().stream().noneMatch(known -> known.setting().equals(change.setting()))) {
                note.changes().add(change);
            }
        }
        write(note);
        settings.apply(changes);
    }

    /** This engine needs the settings no more: they are put back unless another engine does. */
    public void give() throws IOException {
        Note note = read();
        note.engines().remove(engine);
        note.engines().removeIf(isThere.negate());
        if (note.engines().isEmpty()) {
            settings.restore(note.changes());
            Files.deleteIfExists(file);
            removeIfEmpty(directory);
        } else {
            write(note);
        }
    }

    private static void removeIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // Something else is needed still.
            return;
        }
    }

    private Note read() throws IOException {
        Note note = new Note(new LinkedHashSet<>(), new ArrayList<>());
        if (!Files.exists(file)) {
            return note;
        }
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(NEEDED_BY)) {
                note.engines().add(line.substring(NEEDED_BY.length()));
            } else if (line.startsWith(CHANGED)) {
                String[] words = line.substring(CHANGED.length()).split(" ", -1);
                if (words.length == 3) {
                    note.changes().add(new SettingChange(words[0], words[1], words[2]));
                }
            }
        }
        return note;
    }

    private void write(Note note) throws IOException {
        StringBuilder text =
                new StringBuilder("# Settings below /proc/sys/net that Lighter changed: setting, before, value.\n");
        note.engines().forEach(one -> text.append(NEEDED_BY).append(one).append('\n'));
        note.changes()
                .forEach(change -> text.append(CHANGED)
                        .append(change.setting())
                        .append(' ')
                        .append(change.before())
                        .append(' ')
                        .append(change.value())
                        .append('\n'));
        Files.createDirectories(directory);
        Path next = directory.resolve(name + ".new");
        Files.write(next, text.toString().getBytes(StandardCharsets.UTF_8));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
