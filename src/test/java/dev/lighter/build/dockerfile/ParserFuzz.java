package dev.lighter.build.dockerfile;

import java.util.List;
import java.util.Random;

/**
 * Throws made-up Dockerfiles and ignore files at their readers. What a text is made of comes from a seed, so that a failure can be had
 * again. Anything but a result or the reader's own exception is a failure, and so is a text that takes a second.
 */
public final class ParserFuzz {
    private static final int LONGEST = 400;
    private static final long SLOW_NANOS = 1_000_000_000L;
    private static final List<String> PIECES = List.of(
            "FROM a",
            "RUN ",
            "COPY ",
            "ADD ",
            "ENV ",
            "ARG ",
            "CMD ",
            "ONBUILD ",
            "HEALTHCHECK ",
            "SHELL ",
            "LABEL ",
            "EXPOSE ",
            "VOLUME ",
            "WORKDIR ",
            "USER ",
            "STOPSIGNAL ",
            "ENTRYPOINT ",
            "\n",
            "\n",
            "\n",
            "\r\n",
            "\\\n",
            "`\n",
            " ",
            "\t",
            "<<EOF",
            "<<-EOF",
            "<<'A B'",
            "EOF\n",
            "\"",
            "'",
            "\\",
            "$",
            "${",
            "}",
            ":-",
            ":+",
            ":?",
            "#",
            "##",
            "%",
            "//",
            "/",
            "a",
            "b=c",
            "[",
            "]",
            "[\"a\", \"b\"]",
            "\"\\u00",
            "--",
            "--mount=type=cache,target=/a",
            "--mount=",
            "type=secret,",
            "id=x",
            "--from=",
            "--chown=",
            "--interval=1h",
            "--network=none ",
            "# escape=`\n",
            "# syntax=x\n",
            "# comment\n",
            "\ufeff",
            "\u0000",
            "\ud83d\ude00",
            "**",
            "*",
            "?",
            "[a-z]",
            "[^a]",
            "!",
            "a/**/b",
            "NONE",
            "AS ",
            "999999999999999999999",
            ",",
            "=");

    private ParserFuzz() {}

    /** Makes and reads as many texts as fit between a seed and a time; gives how many. */
    public static long run(long seed, long untilNanos, long most) {
        long done = 0;
        while (done < most && System.nanoTime() < untilNanos) {
            one(seed + done);
            done++;
        }
        return done;
    }

    private static void one(long seed) {
        Random random = new Random(seed);
        StringBuilder made = new StringBuilder(random.nextInt(3) > 0 ? "FROM a\n" : "");
        while (made.length() < LONGEST && random.nextInt(60) > 0) {
            made.append(
                    random.nextInt(20) == 0
                            ? String.valueOf((char) random.nextInt(0x3000))
                            : PIECES.get(random.nextInt(PIECES.size())));
        }
        String text = made.toString();
        long began = System.nanoTime();
        try {
            read(text);
        } catch (RuntimeException | StackOverflowError e) {
            throw new IllegalStateException("seed " + seed + " breaks a reader: " + text, e);
        }
        if (System.nanoTime() - began > SLOW_NANOS) {
            throw new IllegalStateException("seed " + seed + " takes more than a second: " + text);
        }
    }

    private static void read(String text) {
        try {
            Dockerfile dockerfile = Dockerfile.parse(text);
            if (dockerfile.stages().isEmpty() || Described.of(dockerfile).isEmpty()) {
                throw new IllegalStateException("a Dockerfile without stages was read");
            }
        } catch (DockerfileException e) {
            check(e.reason());
        }
        try {
            Substitution values = new Substitution(1, '\\', name -> name.equals("a") ? "x/y.z" : null);
            check(values.of(text) + values.ofFile(text) + values.words(text));
        } catch (DockerfileException e) {
            check(e.reason());
        }
        try {
            if (IgnoreRules.parse(text).excludes("a/b/c.d") == IgnoreRules.NONE.excludes("a")) {
                check(text);
            }
        } catch (IllegalArgumentException e) {
            check(String.valueOf(e.getMessage()));
        }
    }

    private static void check(String said) {
        if (said.length() > 8 << 20) {
            throw new IllegalStateException("more comes out than anybody has put in");
        }
    }
}
