package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Dockerfiles mean, by docker build as the classic builder's client: one context, a Dockerfile for each case. */
@ExtendWith(EngineExtension.class)
class BuildClientIT {
    private static final String HOST = "FROM lighter/host\n";

    @TempDir
    static Path context;

    private final Engine engine;
    private final String name = "build-" + UUID.randomUUID().toString().substring(0, 8);

    BuildClientIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeAll
    static void files() throws Exception {
        Files.createDirectories(context.resolve("dir/sub"));
        write("one", "1");
        write("two", "2");
        write("dir/a", "A");
        write("dir/c.md", "C");
        write("dir/sub/b", "B");
        write("dir/sub/d.md", "D");
        write("with space", "S");
        write("ignored", "I");
        write("kept.log", "K");
        write("other.log", "O");
        write(".dockerignore", "ignored\n*.log\n!kept.log\n");
        write("script.sh", "#!/bin/sh\necho ran");
        Files.setPosixFilePermissions(context.resolve("script.sh"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.createSymbolicLink(context.resolve("link"), Path.of("one"));
        Files.createSymbolicLink(context.resolve("dir/up"), Path.of("../../../../../../etc/hostname"));
        for (String[] kind : new String[][] {{"tar", "cf"}, {"tar.gz", "czf"}, {"tar.xz", "cJf"}, {"tar.bz2", "cjf"}}) {
            run(
                    "tar",
                    kind[1],
                    context.resolve("archive." + kind[0]).toString(),
                    "-C",
                    context.resolve("dir").toString(),
                    ".");
        }
        run("gzip", "-k", context.resolve("two").toString());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).as(command[0]).isZero();
    }

    private static void write(String path, String text) throws Exception {
        Files.writeString(context.resolve(path), text + "\n");
    }

    @AfterAll
    static void prune(Engine engine) throws Exception {
        engine.dockerOutput("builder", "prune", "-af");
    }

    @AfterEach
    void remove() throws Exception {
        engine.docker("rmi", "-f", name);
    }

    private Run build(String dockerfile, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("build", "-t", name, "-f", "-"));
        arguments.addAll(List.of(options));
        arguments.add(context.toString());
        return engine.docker(dockerfile.getBytes(StandardCharsets.UTF_8), arguments.toArray(String[]::new));
    }

    private String built(String dockerfile, String... options) throws Exception {
        Run run = build(dockerfile, options);
        assertThat(run.exitCode()).as(run.output() + run.errors()).isZero();
        return run.output();
    }

    /** What steps print of what earlier ones have made. */
    @ParameterizedTest
    @MethodSource({"steps", "transfers", "declarations", "stages", "mounts"})
    void aDockerfileMeansThis(String dockerfile, String printed) throws Exception {
        assertThat(built(dockerfile)).contains(printed).contains("Successfully tagged " + name + ":latest");
    }

    static Stream<Arguments> steps() {
        return Stream.of(
                arguments(HOST + "RUN echo a > /x\nRUN cat /x; echo b$(cat /x)", "\na\nba\n"),
                arguments(HOST + "RUN [\"/bin/echo\", \"$HOME\", \"x y\"]", "\n$HOME x y\n"),
                arguments(HOST + "RUN echo out && echo err >&2", "err\n"),
                arguments(HOST + "RUN <<EOF\necho one\necho two$((1+1))\nEOF", "\none\ntwo2\n"),
                arguments(HOST + "RUN <<EOF\n#!/bin/cat\nplain\nEOF", "#!/bin/cat\nplain\n"),
                arguments(HOST + "RUN cat <<A && cat <<B\nx\nA\ny\nB", "\nx\ny\n"),
                arguments(HOST + "WORKDIR /a\nWORKDIR b\nRUN pwd; stat -c %a%u /a/b", "\n/a/b\n7550\n"),
                arguments(HOST + "ENV A=1 B=$A\nENV C=$A-$B-${D:-none}\nRUN echo =$A=$B=$C=", "\n=1==1--none=\n"),
                arguments(HOST + "ENV A=1\nENV A=2 B=$A\nRUN echo =$B=", "\n=1=\n"),
                arguments(HOST + "ENV A='x  y' B=\"p q\" C=r\\ s\nRUN echo \"=$A=$B=$C=\"", "\n=x  y=p q=r s=\n"),
                arguments(HOST + "SHELL [\"/bin/sh\", \"-ec\"]\nRUN false || echo $-", "e"),
                arguments(HOST + "USER 1234:5678\nRUN id -u; id -g", "\n1234\n5678\n"),
                arguments(HOST + "VOLUME /v\nRUN echo x > /v/y; ls /v", "\ny\n"),
                arguments("# escape=`\n" + HOST + "RUN echo a `\n  b\\c", "a b"),
                arguments("# syntax=docker/dockerfile:1\n" + HOST + "RUN echo read", "is not looked at"),
                arguments(HOST + "RUN --network=none ls /sys/class/net", "\nlo\n"),
                arguments(HOST + "RUN true # no comment\n# comment\nRUN echo \\\n# between\n  joined", "\njoined\n"));
    }

    static Stream<Arguments> transfers() {
        return Stream.of(
                arguments(HOST + "COPY one /x\nRUN cat /x; stat -c %u:%g:%a /x", "\n1\n0:0:644\n"),
                arguments(HOST + "COPY one /new/\nRUN cat /new/one; stat -c %a /new", "\n1\n755\n"),
                arguments(HOST + "COPY one two /new/\nRUN cat /new/one /new/two", "\n1\n2\n"),
                arguments(HOST + "COPY dir /new\nRUN cd /new; ls", "\na\nc.md\nsub\nup\n"),
                arguments(HOST + "COPY dir/ /tmp\nRUN cat /tmp/sub/b", "\nB\n"),
                arguments(HOST + "COPY dir dir/sub /new/\nRUN cat /new/b /new/sub/b", "\nB\nB\n"),
                arguments(HOST + "WORKDIR /w\nCOPY one .\nCOPY two sub/x\nRUN cat /w/one /w/sub/x", "\n1\n2\n"),
                arguments(HOST + "COPY t*o o?e /new/\nRUN ls /new", "\none\ntwo\n"),
                arguments(HOST + "COPY [\"with space\", \"/a b/\"]\nRUN cat \"/a b/with space\"", "\nS\n"),
                arguments(HOST + "COPY dir/*/b /x\nRUN cat /x", "\nB\n"),
                arguments(HOST + "COPY link /x\nRUN stat -c %F /x; cat /x", "\nregular file\n1\n"),
                arguments(HOST + "COPY dir /d\nRUN readlink /d/up", "\n../../../../../../etc/hostname\n"),
                arguments(HOST + "COPY script.sh /\nRUN stat -c %a /script.sh && /script.sh", "\n751\nran\n"),
                arguments(HOST + "COPY --chmod=700 one /x\nRUN stat -c %a /x", "\n700\n"),
                arguments(HOST + "COPY --chmod=u=rwX,go=rX dir /d\nRUN stat -c %a /d /d/a", "\n755\n644\n"),
                arguments(HOST + "COPY --chown=7:8 dir /d\nRUN stat -c %u:%g /d /d/sub/b", "\n7:8\n7:8\n"),
                arguments(HOST + "COPY --chown=9 one /p/x\nRUN stat -c %u:%g /p /p/x", "\n9:9\n9:9\n"),
                arguments(
                        HOST + "RUN echo u:x:41:42::/: >> /etc/passwd; echo g:x:43: >> /etc/group\n"
                                + "COPY --chown=u one /x\nCOPY --chown=u:g one /y\nRUN stat -c %u:%g /x /y",
                        "\n41:42\n41:43\n"),
                arguments(HOST + "COPY --link one /x\nRUN cat /x", "\n1\n"),
                arguments(HOST + "COPY --parents dir/sub/b one /p/\nRUN cat /p/dir/sub/b /p/one", "\nB\n1\n"),
                arguments(HOST + "COPY --parents dir/./sub/b /p/\nRUN cat /p/sub/b", "\nB\n"),
                arguments(
                        HOST + "COPY --parents dir/**/*.md /p/\nRUN cat /p/dir/sub/d.md; ls /p/dir",
                        "\nD\nc.md\nsub\n"),
                arguments(
                        HOST + "COPY --exclude=*.md --exclude=up dir /d\nRUN cd /d; ls . sub",
                        "\n.:\na\nsub\n\nsub:\nb\nd.md\n"),
                arguments(HOST + "COPY --exclude=**/*.md dir /d\nRUN ls /d/sub", "\nb\n"),
                arguments(HOST + "COPY . /all\nRUN cd /all; ls *.log ignored 2>&1; true", "'ignored'"),
                arguments(HOST + "COPY . /all\nRUN cd /all; ls *.log", "\nkept.log\n"),
                arguments(HOST + "COPY <<f /x\na\n$HOME'${A:-b}'\\$c\nf\nRUN cat /x", "\na\n'b'$c\n"),
                arguments(HOST + "COPY <<'f' <<g /new/\n$A\nf\ny\ng\nRUN cat /new/f /new/g", "\n$A\ny\n"),
                arguments(HOST + "RUN ln -s /target /l && mkdir /target\nCOPY one /l/\nRUN cat /target/one", "\n1\n"),
                arguments(
                        HOST
                                + "RUN ln -s ../../../../outside /esc\nRUN mkdir /outside\nCOPY one /esc/x\nRUN cat /outside/x",
                        "\n1\n"),
                arguments(HOST + "COPY one /x\nCOPY two /x\nRUN cat /x", "\n2\n"),
                arguments(HOST + "RUN mkdir /d && echo old > /d/old\nCOPY dir /d\nRUN cat /d/old /d/a", "\nold\nA\n"),
                arguments(HOST + "ADD archive.tar /d\nRUN cat /d/a /d/sub/b", "\nA\nB\n"),
                arguments(HOST + "ADD archive.tar.gz /d/\nRUN cat /d/a", "\nA\n"),
                arguments(HOST + "ADD archive.tar.xz /d\nRUN cat /d/a", "\nA\n"),
                arguments(HOST + "ADD archive.tar.bz2 /d\nRUN cat /d/a", "\nA\n"),
                arguments(HOST + "ADD --unpack=false archive.tar /d/\nRUN ls /d", "\narchive.tar\n"),
                arguments(HOST + "ADD two.gz /d/\nRUN ls /d", "\ntwo.gz\n"),
                arguments(HOST + "COPY archive.tar /d/\nRUN ls /d", "\narchive.tar\n"),
                arguments("FROM scratch\nCOPY one /\nFROM lighter/host\nCOPY --from=0 / /s\nRUN ls /s", "\none\n"));
    }

    static Stream<Arguments> declarations() {
        return Stream.of(
                arguments(HOST + "ARG A=1\nRUN echo =$A=", "\n=1=\n"),
                arguments(HOST + "RUN echo =$A=\nARG A=1", "\n==\n"),
                arguments("ARG A=host\nFROM lighter/$A\nRUN echo =$A=", "\n==\n"),
                arguments("ARG A=1\n" + HOST + "ARG A\nRUN echo =$A=", "\n=1=\n"),
                arguments("ARG A=1\n" + HOST + "ARG A=2\nRUN echo =$A=", "\n=2=\n"),
                arguments(HOST + "ARG A=1\nENV A=2\nRUN echo =$A=", "\n=2=\n"),
                arguments(HOST + "ENV A=2\nARG A=1\nRUN echo =$A=", "\n=2=\n"),
                arguments(HOST + "ARG A=1 B=${A}2\nRUN echo =$B=", "\n=12=\n"),
                arguments(HOST + "ARG TARGETOS\nRUN echo =$TARGETOS=$TARGETARCH=", "\n=linux==\n"),
                arguments("FROM --platform=$BUILDPLATFORM lighter/host\nRUN echo here", "\nhere\n"),
                arguments(HOST + "ARG F=one\nCOPY ${F} /x\nRUN cat /x", "\n1\n"),
                arguments(
                        HOST + "ARG V=a.b.c\nENV W=${V%.*} X=${V##*.} Y=${V/./-}\nRUN echo $W $X $Y",
                        "\na.b c a-b.c\n"));
    }

    static Stream<Arguments> stages() {
        return Stream.of(
                arguments(HOST.strip() + " AS a\nRUN echo x > /x\nFROM a\nRUN cat /x", "\nx\n"),
                arguments(
                        HOST.strip() + " AS a\nRUN echo x > /x\n" + HOST + "COPY --from=a /x /y\nRUN cat /y", "\nx\n"),
                arguments(HOST + "RUN echo x > /x\n" + HOST + "COPY --from=0 /x /y\nRUN cat /y", "\nx\n"),
                arguments(HOST + "COPY --from=lighter/host /etc/passwd /p\nRUN cat /p", "root:"),
                arguments(HOST.strip() + " AS a\nRUN false\n" + HOST + "RUN echo spared", "1 stage is left out"),
                arguments(
                        HOST.strip() + " AS a\nRUN mkdir /s && chown 5:6 /s && ln -s x /s/l\n" + HOST
                                + "COPY --from=a /s /t\nRUN stat -c %u:%g /t; readlink /t/l",
                        "\n0:0\nx\n"),
                arguments(
                        HOST.strip() + " AS a\nRUN echo 1 > /a\n" + HOST.strip() + " AS b\nRUN echo 2 > /b\n" + HOST
                                + "COPY --from=a /a /\nCOPY --from=b /b /\nRUN cat /a /b",
                        "\n1\n2\n"));
    }

    static Stream<Arguments> mounts() {
        return Stream.of(
                arguments(HOST + "RUN --mount=target=/m cat /m/one", "\n1\n"),
                arguments(HOST + "RUN --mount=source=dir/sub,target=/m cat /m/b", "\nB\n"),
                arguments(HOST + "RUN --mount=source=one,target=/m cat /m", "\n1\n"),
                arguments(HOST + "RUN --mount=target=/m touch /m/x || echo refused", "\nrefused\n"),
                arguments(HOST + "RUN --mount=target=/m,rw echo x > /m/x && cat /m/x /m/one", "\nx\n1\n"),
                arguments(HOST + "RUN --mount=target=/m true\nRUN ls -d /m || echo gone", "\ngone\n"),
                arguments(
                        HOST.strip() + " AS a\nRUN mkdir /d && echo x > /d/x\n" + HOST
                                + "RUN --mount=from=a,source=/d,target=/m cat /m/x",
                        "\nx\n"),
                arguments(HOST + "RUN --mount=type=tmpfs,target=/m stat -f -c %T /m", "\ntmpfs\n"),
                arguments(HOST + "RUN --mount=type=tmpfs,target=/m echo x > /m/x\nRUN ls /m || echo gone", "\ngone\n"),
                arguments(
                        HOST + "RUN --mount=type=cache,target=/m,id=it-1 echo x > /m/x\n"
                                + "RUN --mount=type=cache,target=/n,id=it-1 cat /n/x",
                        "\nx\n"),
                arguments(
                        HOST + "RUN --mount=type=cache,target=/m,id=it-2,uid=7,gid=8,mode=0711 stat -c %u:%g:%a /m",
                        "\n7:8:711\n"),
                arguments(HOST + "RUN --mount=type=cache,target=/m,id=it-3,sharing=locked echo locked", "\nlocked\n"),
                arguments(
                        HOST + "RUN --mount=type=secret,id=none,required=false ls /run/secrets || echo absent",
                        "absent"));
    }

    /** A Dockerfile that comes to nothing says why, and leaves nothing. */
    @ParameterizedTest
    @MethodSource("failures")
    void aDockerfileThatFailsSaysWhy(String dockerfile, String reason) throws Exception {
        Run run = build(dockerfile);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(reason);
        assertThat(engine.dockerOutput("images", "-q", name)).isEmpty();
        assertThat(engine.dockerOutput("ps", "-aq", "--filter", "label=lighter.build"))
                .isEmpty();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(HOST + "RUN exit 7", "The command '/bin/sh -c exit 7' returned a non-zero code: 7"),
                arguments(HOST + "RUN [\"/none\"]", "/none"),
                arguments(HOST + "FOO bar", "dockerfile parse error on line 2: unknown instruction: FOO"),
                arguments(HOST + "\n\nENV a", "dockerfile parse error on line 4: ENV must have two arguments"),
                arguments(
                        HOST + "COPY missing /",
                        "COPY failed: file not found in build context or excluded by"
                                + " .dockerignore: stat missing: file does not exist (line 2)"),
                arguments(HOST + "RUN true\nADD --checksum=sha256:0 http://127.0.0.1:1/x /", "(line 3)"),
                arguments(HOST + "STOPSIGNAL SIGNOTHING", "line 2: invalid signal: SIGNOTHING"),
                arguments(HOST + "STOPSIGNAL 65", "line 2: invalid signal: 65"),
                arguments(HOST + "COPY ignored /", "excluded by .dockerignore"),
                arguments(HOST + "COPY ../x /", "forbidden path outside the build context"),
                arguments(HOST + "COPY nothing* /", "no source files were specified"),
                arguments(HOST + "COPY one two /x", "the destination must be a directory and end with a /"),
                arguments(HOST + "COPY one /etc/passwd/x", "cannot copy to non-directory: /etc/passwd"),
                arguments(HOST + "COPY --chown=nobody-here one /x", "no matching entries in passwd file"),
                arguments(HOST + "COPY --chmod=u+q one /x", "invalid chmod parameter"),
                arguments(HOST + "COPY --from=9 / /", "invalid from flag value 9"),
                arguments(HOST + "RUN --mount=type=secret,id=token true", "the secret token was not given"),
                arguments(HOST + "RUN --mount=source=none,target=/m true", "\"none\" not found in the build context"),
                arguments(HOST + "ENV a=\"${b:?is needed}\"", "line 2: b: is needed"),
                arguments(HOST + "EXPOSE x", "invalid containerPort: x"),
                arguments("FROM --platform=linux/s390x lighter/host", "this machine builds for linux/"),
                arguments("FROM $nothing", "base name ($nothing) should not be blank"),
                arguments("FROM scratch", "No image was generated"),
                arguments("ARG a", "there is no FROM"),
                arguments(HOST + "ADD ftp://x/y /", "file not found in build context"),
                arguments(HOST + "ADD http://127.0.0.1:1/x /", "cannot fetch http://127.0.0.1:1/x"),
                arguments(HOST + "ADD http://10.0.0.1/x /", "which is not public"),
                arguments(HOST + "ADD git@host:x.git /", "for ssh the engine has no keys"));
    }

    @Test
    void theConfigurationIsTheImages() throws Exception {
        built(HOST + "ENV A=1\nLABEL x=\"y z\" p=q\nEXPOSE 80 53/udp 90-91\nVOLUME /v /w\nUSER 7\nWORKDIR /d\n"
                + "STOPSIGNAL SIGINT\nENTRYPOINT [\"/bin/echo\", \"e\"]\nCMD c\nONBUILD RUN echo later\n"
                + "HEALTHCHECK --interval=7s --retries=3 CMD true\nSHELL [\"/bin/sh\", \"-ec\"]\nMAINTAINER me");
        String format = "{{json .Config.Env}} {{json .Config.Labels}} {{json .Config.ExposedPorts}}"
                + " {{json .Config.Volumes}} {{.Config.User}} {{.Config.WorkingDir}} {{.Config.StopSignal}}"
                + " {{json .Config.Entrypoint}} {{json .Config.Cmd}} {{json .Config.OnBuild}}"
                + " {{json .Config.Healthcheck}} {{json .Config.Shell}} {{.Author}}";
        assertThat(engine.dockerOutput("image", "inspect", "-f", format, name))
                .contains("\"A=1\"", "\"x\":\"y z\"", "\"p\":\"q\"", "\"53/udp\":{}", "\"80/tcp\":{}", "\"91/tcp\":{}")
                .contains("\"/v\":{}", " 7 /d SIGINT [\"/bin/echo\",\"e\"] [\"/bin/sh\",\"-c\",\"c\"]")
                .contains("[\"RUN echo later\"]", "\"CMD-SHELL\",\"true\"", "7000000000", "[\"/bin/sh\",\"-ec\"] me");
    }

    @Test
    void anEntrypointTakesTheCommandOfTheImageBelow() throws Exception {
        built(HOST + "CMD [\"below\"]\nENTRYPOINT [\"/bin/echo\"]");
        assertThat(engine.dockerOutput("image", "inspect", "-f", "{{json .Config.Cmd}}", name))
                .isEqualTo("[\"below\"]");
        String child = name + "-child";
        Run run = engine.docker(
                ("FROM " + name + "\nENTRYPOINT [\"/bin/cat\"]").getBytes(StandardCharsets.UTF_8),
                "build",
                "-q",
                "-t",
                child,
                "-");
        assertThat(run.output()).startsWith("sha256:").hasLineCount(1);
        assertThat(engine.dockerOutput("image", "inspect", "-f", "{{json .Config.Cmd}}", child))
                .isIn("null", "[]");
        engine.dockerOutput("rmi", child);
    }

    @Test
    void triggersRunInTheBuildThatBeginsWithTheImage() throws Exception {
        built(HOST + "ONBUILD COPY one /x\nONBUILD RUN cat /x");
        String child = name + "-child";
        Run run = engine.docker(
                ("FROM " + name + "\nRUN echo own").getBytes(StandardCharsets.UTF_8),
                "build",
                "-t",
                child,
                "-f",
                "-",
                context.toString());
        assertThat(run.output())
                .contains("# Executing 2 build triggers")
                .contains("\n1\n")
                .contains("\nown\n");
        assertThat(engine.dockerOutput("image", "inspect", "-f", "{{json .Config.OnBuild}}", child))
                .isIn("null", "[]");
        engine.dockerOutput("rmi", child);
    }

    @Test
    void theSameAgainIsTakenFromTheCacheAndAnotherContentIsNot() throws Exception {
        String dockerfile = HOST + "ENV A=1\nCOPY one /x\nRUN date +%N > /y";
        String first = built(dockerfile);
        String second = built(dockerfile);
        assertThat(second).containsSubsequence("Using cache", "Using cache", "Using cache", "Successfully built");
        assertThat(second.lines()
                        .filter(line -> line.startsWith("Successfully built"))
                        .toList())
                .isEqualTo(first.lines()
                        .filter(line -> line.startsWith("Successfully built"))
                        .toList());
        Files.setLastModifiedTime(context.resolve("one"), java.nio.file.attribute.FileTime.fromMillis(0));
        assertThat(built(dockerfile)).doesNotContain("Running in");
        write("one", "changed");
        try {
            assertThat(built(dockerfile)).contains("Using cache").contains("Running in");
        } finally {
            write("one", "1");
        }
        assertThat(built(dockerfile)).as("content that was there before").doesNotContain("Running in");
        assertThat(built(dockerfile, "--no-cache")).doesNotContain("Using cache");
    }

    @Test
    void argumentsCountForTheCacheWhereTheyAreDeclared() throws Exception {
        String dockerfile = HOST + "RUN echo before\nARG A\nRUN echo =$A=";
        assertThat(built(dockerfile, "--build-arg", "A=1")).contains("\n=1=\n");
        String other = built(dockerfile, "--build-arg", "A=2");
        assertThat(other).contains("Using cache").contains("\n=2=\n");
        assertThat(built(dockerfile, "--build-arg", "A=1")).doesNotContain("Running in");
        assertThat(built(dockerfile, "--build-arg", "B=1")).contains("One or more build-args [B] were not consumed");
        assertThat(built(dockerfile, "--build-arg", "HTTP_PROXY=http://p")).doesNotContain("not consumed");
    }

    @Test
    void theStepsAreSaidAsDockerSaysThem() throws Exception {
        assertThat(built("FROM lighter/host\nRUN echo hello-" + name + "\nCMD [\"x\"]"))
                .containsPattern("Step 1/3 : FROM lighter/host\n ---> [0-9a-f]{12}\nStep 2/3 : RUN echo hello-" + name
                        + "\n ---> Running in ([0-9a-f]{12})\nhello-" + name
                        + "\n ---> Removed intermediate container \\1\n ---> [0-9a-f]{12}\nStep 3/3 : CMD \\[\"x\"]\n ---> [0-9a-f]{12}\n"
                        + "Successfully built [0-9a-f]{12}\nSuccessfully tagged " + name + ":latest\n$");
    }

    @Test
    void targetLabelsNamesAndLimitsAreTaken() throws Exception {
        String dockerfile = HOST.strip()
                + " AS a\nRUN cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max; grep it-host /etc/hosts\n"
                + "FROM a AS b\nRUN false";
        String output = built(
                dockerfile,
                "--target",
                "a",
                "--label",
                "l=v w",
                "-t",
                name + ":two",
                "--add-host",
                "it-host:10.1.2.3",
                "--memory",
                "64m",
                "--ulimit",
                "nofile=100:200");
        assertThat(output).contains("\n67108864\n").contains("10.1.2.3").contains("tagged " + name + ":two");
        assertThat(engine.dockerOutput("image", "inspect", "-f", "{{.Config.Labels.l}}", name + ":two"))
                .isEqualTo("v w");
        engine.dockerOutput("rmi", name + ":two");
        Run refused = build(HOST, "--target", "none");
        assertThat(refused.errors()).contains("failed to reach build target none in Dockerfile");
    }

    @Test
    void whatHistoriesSayIsTheInstructions() throws Exception {
        built(HOST + "ENV A=1\nRUN echo x > /x\nCOPY one /y");
        assertThat(engine.dockerOutput("history", "--no-trunc", "--format", "{{.CreatedBy}}", name))
                .containsPattern("COPY file:[0-9a-f]{64} in /y")
                .contains("/bin/sh -c echo x > /x", "#(nop)  ENV A=1");
    }

    @Test
    void whatCannotBeDoneIsRefusedByName() throws Exception {
        assertThat(engine.request("POST", "/build?squash=1", "").text()).contains("squash: ");
        assertThat(engine.request("POST", "/build?outputs=x", "").text()).contains("outputs: ");
        assertThat(engine.request("POST", "/build?foo=1", "").text()).contains("foo: there is no such");
        assertThat(engine.request("POST", "/build?memory=x", "").text()).contains("memory: ");
        assertThat(engine.request("POST", "/build?buildargs=x", "").text()).contains("buildargs");
        assertThat(engine.request("POST", "/build?platform=linux/s390x", "").text())
                .contains("platform: ");
        assertThat(engine.request("POST", "/build?remote=file:///etc", "").text())
                .contains("remote: ");
        assertThat(engine.request("POST", "/build?t=A", "").text()).contains("must be lowercase");
    }

    @Test
    void aClientOfBuildKitIsToldInWordsWhatToDo() throws Exception {
        assertThat(engine.request("POST", "/build?version=2&session=x", "").text())
                .contains("DOCKER_BUILDKIT=0");
        assertThat(engine.post("/session").status()).isEqualTo(501);
        assertThat(engine.post("/session").text()).contains("DOCKER_BUILDKIT=0");
        assertThat(engine.post("/grpc").text()).contains("DOCKER_BUILDKIT=0");
    }
}
