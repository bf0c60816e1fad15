package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Ids and names of containers: Docker's rules, and names of our own for those that got none. */
final class ContainerNames {
    private static final Pattern VALID = Pattern.compile("/?[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final List<String> QUALITIES = List.of(
            "able",
            "airy",
            "amber",
            "ample",
            "brave",
            "brisk",
            "calm",
            "clear",
            "crisp",
            "early",
            "easy",
            "fair",
            "firm",
            "fond",
            "free",
            "fresh",
            "gentle",
            "glad",
            "golden",
            "grand",
            "happy",
            "hardy",
            "ideal",
            "jolly",
            "keen",
            "kind",
            "light",
            "lively",
            "lucid",
            "lucky",
            "merry",
            "mild",
            "neat",
            "noble",
            "patient",
            "plain",
            "proud",
            "quick",
            "quiet",
            "ready",
            "robust",
            "rosy",
            "sharp",
            "shiny",
            "silent",
            "silver",
            "smooth",
            "snug",
            "solid",
            "steady",
            "still",
            "sunny",
            "swift",
            "tidy",
            "tranquil",
            "vivid",
            "warm",
            "wise");
    private static final List<String> BOATS = List.of(
            "ark",
            "barge",
            "barque",
            "brig",
            "canoe",
            "caravel",
            "carrack",
            "catamaran",
            "clipper",
            "coaster",
            "cog",
            "coracle",
            "corvette",
            "cutter",
            "dhow",
            "dinghy",
            "dory",
            "ferry",
            "felucca",
            "frigate",
            "galleon",
            "galley",
            "gondola",
            "hooker",
            "hulk",
            "junk",
            "kayak",
            "ketch",
            "launch",
            "lugger",
            "packet",
            "pinnace",
            "pontoon",
            "proa",
            "punt",
            "raft",
            "sampan",
            "schooner",
            "scow",
            "shallop",
            "skiff",
            "sloop",
            "smack",
            "tender",
            "trawler",
            "trimaran",
            "trireme",
            "tug",
            "wherry",
            "whaler",
            "xebec",
            "yacht",
            "yawl");

    private ContainerNames() {}

    /** A new id of 64 hexadecimal digits. */
    static String newId() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The name without slash, if it follows the rules. */
    static String checked(String name) {
        if (!VALID.matcher(name).matches()) {
            throw EngineException.invalid(
                    "Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        return name.startsWith("/") ? name.substring(1) : name;
    }

    /** A free name, such as {@code calm_schooner}. */
    static String generate(Predicate<String> taken) {
        for (int attempt = 0; ; attempt++) {
            String name =
                    QUALITIES.get(RANDOM.nextInt(QUALITIES.size())) + "_" + BOATS.get(RANDOM.nextInt(BOATS.size()));
            if (attempt >= 3) {
                name += RANDOM.nextInt(100_000);
            }
            if (!taken.test(name)) {
                return name;
            }
        }
    }
}
