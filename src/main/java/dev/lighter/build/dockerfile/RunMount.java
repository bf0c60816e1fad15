package dev.lighter.build.dockerfile;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code RUN --mount} asks for.
 *
 * @param id which cache or secret it is; the target where nothing is said
 * @param from the stage or image it is of; empty for the context, or for an empty cache
 * @param source a path in that; empty for its top
 * @param readOnly whether nothing can be written
 * @param required whether a step without the secret fails; not so where {@code required=false} stands
 * @param mode permissions, or -1 for the usual
 * @param sizeBytes how large a tmpfs may become; 0 for any size
 */
public record RunMount(
        Type type,
        String target,
        String id,
        String from,
        String source,
        boolean readOnly,
        Sharing sharing,
        boolean required,
        int uid,
        int gid,
        int mode,
        long sizeBytes) {
    /** What is mounted. */
    public enum Type {
        BIND,
        CACHE,
        TMPFS,
        SECRET
    }

    /** What becomes of a cache that several steps want at once. */
    public enum Sharing {
        SHARED,
        PRIVATE,
        LOCKED
    }

    /** Reads one from its fields. Fails with {@link DockerfileException}. */
    public static RunMount parse(int line, String text) {
        return new Reader(line).read(text);
    }

    /** Reads the fields one after another. */
    private static final class Reader {
        private final int line;
        private final Set<String> seen = new HashSet<>();
        private Type type = Type.BIND;
        private String target = "";
        private String id = "";
        private String from = "";
        private String source = "";
        private @Nullable Boolean writable;
        private Sharing sharing = Sharing.SHARED;
        private boolean required = true;
        private int uid;
        private int gid;
        private int mode = -1;
        private long size;

        Reader(int line) {
            this.line = line;
        }

        RunMount read(String text) {
            List<String> fields = List.of(text.split(",", -1));
            for (String field : fields) {
                int equals = field.indexOf('=');
                String key = (equals < 0 ? field : field.substring(0, equals))
                        .toLowerCase(Locale.ROOT)
                        .strip();
                if (key.equals("type") && equals > 0) {
                    type = type(field.substring(equals + 1));
                }
            }
            fields.forEach(this::field);
            return checked();
        }

        private RunMount checked() {
            boolean secret = type == Type.SECRET;
            if (secret && target.isEmpty() && id.isEmpty() && source.isEmpty()) {
                throw failure("secret mounts need an id or a target");
            }
            if (secret) {
                String name = id.isEmpty() ? source : id;
                id = name.isEmpty() ? target.substring(target.lastIndexOf('/') + 1) : name;
                target = target.isEmpty() ? "/run/secrets/" + id.substring(id.lastIndexOf('/') + 1) : target;
            }
            if (target.isEmpty()) {
                throw failure("target is required");
            }
            if (type == Type.CACHE && id.isEmpty()) {
                id = target;
            }
            boolean readOnly = writable == null ? type == Type.BIND || secret : !writable;
            return new RunMount(type, target, id, from, source, readOnly, sharing, required, uid, gid, mode, size);
        }

        private void field(String field) {
            int equals = field.indexOf('=');
            String key = (equals < 0 ? field : field.substring(0, equals))
                    .toLowerCase(Locale.ROOT)
                    .strip();
            if (equals < 0) {
                switch (key) {
                    case "readonly", "ro" -> writable(key, false);
                    case "readwrite", "rw" -> writable(key, true);
                    case "required" -> {
                        allow(key, Type.SECRET);
                        required = true;
                    }
                    default -> throw failure("invalid field '" + field + "' must be a key=value pair");
                }
                return;
            }
            value(key, field.substring(equals + 1));
        }

        private void value(String key, String value) {
            switch (key) {
                case "type" -> once("type");
                case "target", "dst", "destination" -> {
                    once("target");
                    target = value;
                }
                case "source", "src" -> {
                    allow(key, Type.BIND, Type.CACHE, Type.SECRET);
                    once("source");
                    source = value;
                }
                case "from" -> {
                    allow(key, Type.BIND, Type.CACHE);
                    once(key);
                    from = value;
                }
                case "id" -> {
                    allow(key, Type.CACHE, Type.SECRET);
                    once(key);
                    id = value;
                }
                case "readonly", "ro" -> writable(key, !truth(key, value));
                case "readwrite", "rw" -> writable(key, truth(key, value));
                case "required" -> {
                    allow(key, Type.SECRET);
                    required = truth(key, value);
                }
                case "sharing" -> {
                    allow(key, Type.CACHE);
                    sharing = sharing(value);
                }
                case "uid" -> {
                    allow(key, Type.CACHE, Type.SECRET);
                    uid = number(key, value, 10);
                }
                case "gid" -> {
                    allow(key, Type.CACHE, Type.SECRET);
                    gid = number(key, value, 10);
                }
                case "mode" -> {
                    allow(key, Type.CACHE, Type.SECRET);
                    mode = number(key, value, 8);
                    if (mode > 07777) {
                        throw failure("mode " + value + " is more than 7777");
                    }
                }
                case "size" -> {
                    allow(key, Type.TMPFS);
                    size = size(value);
                }
                case "env" ->
                    throw failure("env is not available in this engine: a secret is a file here; give it a target");
                default -> throw failure("unexpected key '" + key + "' in '" + key + "=" + value + "'");
            }
        }

        private Type type(String name) {
            if (name.equalsIgnoreCase("ssh")) {
                throw failure("type=ssh is not available in this engine: pass a key as a secret instead");
            }
            for (Type known : Type.values()) {
                if (known.name().equalsIgnoreCase(name)) {
                    return known;
                }
            }
            throw failure("unsupported mount type \"" + name + "\": use bind, cache, tmpfs or secret");
        }

        private Sharing sharing(String name) {
            for (Sharing known : Sharing.values()) {
                if (known.name().equalsIgnoreCase(name)) {
                    return known;
                }
            }
            throw failure("unsupported sharing value \"" + name + "\": use shared, private or locked");
        }

        private void writable(String key, boolean value) {
            allow(key, Type.BIND, Type.CACHE);
            once("readonly");
            writable = value;
        }

        private void once(String key) {
            if (!seen.add(key)) {
                throw failure("field " + key + " is there twice");
            }
        }

        private void allow(String key, Type... types) {
            if (!List.of(types).contains(type)) {
                throw failure("field " + key + " is not allowed with type="
                        + type.name().toLowerCase(Locale.ROOT));
            }
        }

        private boolean truth(String key, String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "true", "1" -> true;
                case "false", "0" -> false;
                default -> throw failure("invalid value for " + key + ": " + value);
            };
        }

        private int number(String key, String value, int radix) {
            try {
                int number = Integer.parseInt(value, radix);
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw failure("invalid value for " + key + ": " + value);
        }

        private long size(String value) {
            String lower = value.toLowerCase(Locale.ROOT);
            String digits = lower.replaceFirst("(b|ki?b?|mi?b?|gi?b?)$", "");
            if (!digits.matches("\\d{1,9}")) {
                throw failure("invalid size for tmpfs mount: " + value);
            }
            String unit = lower.substring(digits.length());
            int shift = unit.startsWith("k") ? 10 : unit.startsWith("m") ? 20 : unit.startsWith("g") ? 30 : 0;
            return Long.parseLong(digits) << shift;
        }

        private DockerfileException failure(String reason) {
            return new DockerfileException(line, "RUN --mount: " + reason);
        }
    }
}
