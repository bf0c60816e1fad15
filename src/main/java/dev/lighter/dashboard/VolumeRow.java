package dev.lighter.dashboard;

import dev.lighter.volume.Volume;
import java.time.Instant;
import java.util.List;

/**
 * A volume in the words of the pages, for the first paint; the page's script goes on from there with the same parts.
 *
 * @param shown its name, of a generated one as much as tells it apart
 * @param users the containers that have it, in one line
 */
record VolumeRow(String id, String name, String shown, String kind, String users, String created) {
    private static final int SHORT = 12;

    /** What the page's template of a new row is made from. */
    static final VolumeRow BLANK = new VolumeRow("", "", "", "", "", "");

    static VolumeRow of(Volume volume, List<String> users, Instant now) {
        return new VolumeRow(
                volume.id(),
                volume.name(),
                shown(volume.name()),
                kind(volume),
                String.join(", ", users),
                Words.ago(volume.created(), now));
    }

    static String shown(String name) {
        return name.matches("[0-9a-f]{64}") ? name.substring(0, SHORT) : name;
    }

    /** What holds its files. */
    static String kind(Volume volume) {
        String type = volume.options().getOrDefault("type", "");
        return volume.options().isEmpty() ? "directory" : type.isEmpty() || type.equals("none") ? "host" : type;
    }
}
