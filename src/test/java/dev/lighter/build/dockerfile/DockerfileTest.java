package dev.lighter.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DockerfileTest {
    private static final String FROM = "FROM a\n";

    @ParameterizedTest
    @MethodSource({"lines", "commands", "settings", "transfers", "heredocs", "stages"})
    void aDockerfileIsRead(String text, String expected) {
        assertThat(Described.of(Dockerfile.parse(text))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorIsNamedWithItsLine(String text, int line, String reason) {
        DockerfileException thrown = catchThrowableOfType(DockerfileException.class, () -> Dockerfile.parse(text));
        assertThat(thrown.reason()).contains(reason);
        assertThat(thrown.line()).isEqualTo(line);
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                arguments("FROM a", "1 FROM a"),
                arguments("from a", "1 FROM a"),
                arguments("FrOm a\nrun b", "1 FROM a | 2 RUN sh(b)"),
                arguments("\n\nFROM a", "3 FROM a"),
                arguments("   FROM a", "1 FROM a"),
                arguments("\tFROM\ta", "1 FROM a"),
                arguments("FROM a   ", "1 FROM a"),
                arguments("FROM a\r\nRUN b\r\n", "1 FROM a | 2 RUN sh(b)"),
                arguments("\ufeffFROM a", "1 FROM a"),
                arguments("# comment\nFROM a", "2 FROM a"),
                arguments("FROM a\n  # comment\nRUN b", "1 FROM a | 3 RUN sh(b)"),
                arguments("FROM a\nRUN b # no comment", "1 FROM a | 2 RUN sh(b # no comment)"),
                arguments("FROM a\nRUN b \\\n  c", "1 FROM a | 2 RUN sh(b   c)"),
                arguments("FROM a\nRUN b\\\nc", "1 FROM a | 2 RUN sh(bc)"),
                arguments("FROM a\nRUN b \\  \n c", "1 FROM a | 2 RUN sh(b  c)"),
                arguments("FROM a\nRUN b \\\r\n c\r\n", "1 FROM a | 2 RUN sh(b  c)"),
                arguments("FROM a\nRUN b \\\n# comment\n c\nRUN d", "1 FROM a | 2 RUN sh(b  c) | 5 RUN sh(d)"),
                arguments("FROM a\nRUN b \\\n\n c\nRUN d", "1 FROM a | 2 RUN sh(b  c) | 5 RUN sh(d)"),
                arguments("FROM a\nRUN b \\\n   # comment\n\n  \n c", "1 FROM a | 2 RUN sh(b  c)"),
                arguments("FROM a\nRUN b \\", "1 FROM a | 2 RUN sh(b)"),
                arguments("FROM a\nRUN b \\\n", "1 FROM a | 2 RUN sh(b)"),
                arguments("FROM a\nRUN b \\\\\nRUN c", "1 FROM a | 2 RUN sh(b \\\\) | 3 RUN sh(c)"),
                arguments("FROM a\nRUN \\\n b", "1 FROM a | 2 RUN sh(b)"),
                arguments("FROM \\\n a", "1 FROM a"),
                arguments("\\\nFROM a", "1 FROM a"),
                arguments("# escape=`\nFROM a\nRUN b `\n c\\", "2 FROM a | 3 RUN sh(b  c\\)"),
                arguments("#escape = `\nFROM a\nRUN b`\nc", "2 FROM a | 3 RUN sh(bc)"),
                arguments("# ESCAPE=`\nFROM a\nRUN b `\nc", "2 FROM a | 3 RUN sh(b c)"),
                arguments("# comment\n# escape=`\nFROM a\nRUN b `\nRUN c", "3 FROM a | 4 RUN sh(b `) | 5 RUN sh(c)"),
                arguments("\n# escape=`\nFROM a\nRUN b \\\nc", "3 FROM a | 4 RUN sh(b c)"),
                arguments("# syntax=x/y:1\n# escape=`\nFROM a\nRUN b `\nc", "3 FROM a | 4 RUN sh(b c)"),
                arguments("# unknown=x\n# escape=`\nFROM a\nRUN b \\\nc", "3 FROM a | 4 RUN sh(b c)"),
                arguments("FROM a\n# escape=`\nRUN b \\\nc", "1 FROM a | 3 RUN sh(b c)"));
    }

    static Stream<Arguments> commands() {
        return Stream.of(
                arguments(FROM + "RUN a && b", "1 FROM a | 2 RUN sh(a && b)"),
                arguments(FROM + "RUN [\"a\", \"b c\"]", "1 FROM a | 2 RUN [a, b c]"),
                arguments(FROM + "RUN [ \"a\" ]", "1 FROM a | 2 RUN [a]"),
                arguments(FROM + "RUN [\"a\\\"b\", \"\\u0041\\n\"]", "1 FROM a | 2 RUN [a\"b, A\n]"),
                arguments(FROM + "RUN ['a', 'b']", "1 FROM a | 2 RUN sh(['a', 'b'])"),
                arguments(FROM + "RUN [\"a\", b]", "1 FROM a | 2 RUN sh([\"a\", b])"),
                arguments(FROM + "RUN [\"a\"", "1 FROM a | 2 RUN sh([\"a\")"),
                arguments(FROM + "RUN [\"a\"] b", "1 FROM a | 2 RUN sh([\"a\"] b)"),
                arguments(FROM + "RUN [\"a\", 1]", "1 FROM a | 2 RUN sh([\"a\", 1])"),
                arguments(FROM + "RUN [ -f x ]", "1 FROM a | 2 RUN sh([ -f x ])"),
                arguments(FROM + "RUN [\"a\", \\\n \"b\"]", "1 FROM a | 2 RUN [a, b]"),
                arguments(FROM + "RUN --network=none a", "1 FROM a | 2 RUN sh(a) net=none"),
                arguments(FROM + "RUN --network=host [\"a\"]", "1 FROM a | 2 RUN [a] net=host"),
                arguments(FROM + "RUN --security=sandbox a", "1 FROM a | 2 RUN sh(a)"),
                arguments(
                        FROM + "RUN --mount=type=tmpfs,target=/t a",
                        "1 FROM a | 2 RUN sh(a) mount(type=tmpfs,target=/t)"),
                arguments(
                        FROM + "RUN --mount=target=/a --mount=type=cache,target=/b \\\n c",
                        "1 FROM a | 2 RUN sh(c) mount(target=/a) mount(type=cache,target=/b)"),
                arguments(
                        FROM + "RUN --mount=type=cache,target=$X a",
                        "1 FROM a | 2 RUN sh(a) mount(type=cache,target=$X)"),
                arguments(
                        FROM + "RUN --mount=\"type=tmpfs,target=/a b\" c",
                        "1 FROM a | 2 RUN sh(c) mount(type=tmpfs,target=/a b)"),
                arguments(FROM + "RUN -- --network=none", "1 FROM a | 2 RUN sh(--network=none)"),
                arguments(FROM + "RUN a --network=none", "1 FROM a | 2 RUN sh(a --network=none)"),
                arguments(FROM + "CMD a b", "1 FROM a | 2 CMD sh(a b)"),
                arguments(FROM + "CMD [\"a\",\"b\"]", "1 FROM a | 2 CMD [a, b]"),
                arguments(FROM + "CMD []", "1 FROM a | 2 CMD []"),
                arguments(FROM + "CMD", "1 FROM a | 2 CMD sh()"),
                arguments(FROM + "ENTRYPOINT [\"a\"]", "1 FROM a | 2 ENTRYPOINT [a]"),
                arguments(FROM + "ENTRYPOINT exec a $B", "1 FROM a | 2 ENTRYPOINT sh(exec a $B)"),
                arguments(FROM + "ENTRYPOINT []", "1 FROM a | 2 ENTRYPOINT []"),
                arguments(FROM + "SHELL [\"/bin/bash\", \"-c\"]", "1 FROM a | 2 SHELL [/bin/bash, -c]"));
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                arguments(FROM + "ENV a=b", "1 FROM a | 2 ENV a=b"),
                arguments(FROM + "ENV a=b c=d", "1 FROM a | 2 ENV a=b,c=d"),
                arguments(FROM + "ENV a=\"b c\" d=e", "1 FROM a | 2 ENV a=\"b c\",d=e"),
                arguments(FROM + "ENV a='b c'", "1 FROM a | 2 ENV a='b c'"),
                arguments(FROM + "ENV a=b\\ c d=e", "1 FROM a | 2 ENV a=b\\ c,d=e"),
                arguments(FROM + "ENV a=", "1 FROM a | 2 ENV a="),
                arguments(FROM + "ENV a=b=c", "1 FROM a | 2 ENV a=b=c"),
                arguments(FROM + "ENV a b c", "1 FROM a | 2 ENV a=b c"),
                arguments(FROM + "ENV a  b = c", "1 FROM a | 2 ENV a=b = c"),
                arguments(FROM + "ENV a=b \\\n c=d", "1 FROM a | 2 ENV a=b,c=d"),
                arguments(FROM + "LABEL a=b", "1 FROM a | 2 LABEL a=b"),
                arguments(FROM + "LABEL \"a.b\"=\"c d\"", "1 FROM a | 2 LABEL \"a.b\"=\"c d\""),
                arguments(FROM + "LABEL a b c", "1 FROM a | 2 LABEL a=b c"),
                arguments(FROM + "ARG a", "1 FROM a | 2 ARG a"),
                arguments(FROM + "ARG a=b", "1 FROM a | 2 ARG a=b"),
                arguments(FROM + "ARG a=", "1 FROM a | 2 ARG a="),
                arguments(FROM + "ARG a=b c d=\"e f\"", "1 FROM a | 2 ARG a=b,c,d=\"e f\""),
                arguments(FROM + "EXPOSE 80", "1 FROM a | 2 EXPOSE [80]"),
                arguments(FROM + "EXPOSE 80/tcp 53/udp $P", "1 FROM a | 2 EXPOSE [80/tcp, 53/udp, $P]"),
                arguments(FROM + "VOLUME /a /b", "1 FROM a | 2 VOLUME [/a, /b]"),
                arguments(FROM + "VOLUME [\"/a b\"]", "1 FROM a | 2 VOLUME [/a b]"),
                arguments(FROM + "USER a:b", "1 FROM a | 2 USER a:b"),
                arguments(FROM + "WORKDIR /a b", "1 FROM a | 2 WORKDIR /a b"),
                arguments(FROM + "WORKDIR a/$B", "1 FROM a | 2 WORKDIR a/$B"),
                arguments(FROM + "STOPSIGNAL SIGTERM", "1 FROM a | 2 STOPSIGNAL SIGTERM"),
                arguments(FROM + "STOPSIGNAL 9", "1 FROM a | 2 STOPSIGNAL 9"),
                arguments(FROM + "MAINTAINER a <b@c>", "1 FROM a | 2 MAINTAINER a <b@c>"),
                arguments(FROM + "ONBUILD RUN a", "1 FROM a | 2 ONBUILD RUN a"),
                arguments(FROM + "onbuild copy a b", "1 FROM a | 2 ONBUILD copy a b"),
                arguments(FROM + "HEALTHCHECK NONE", "1 FROM a | 2 HEALTHCHECK none 0/0/0/0/0"),
                arguments(FROM + "HEALTHCHECK CMD a b", "1 FROM a | 2 HEALTHCHECK sh(a b) 0/0/0/0/0"),
                arguments(FROM + "HEALTHCHECK cmd [\"a\"]", "1 FROM a | 2 HEALTHCHECK [a] 0/0/0/0/0"),
                arguments(
                        FROM + "HEALTHCHECK --interval=1m --timeout=1.5s --start-period=10ms --start-interval=2s"
                                + " --retries=3 CMD a",
                        "1 FROM a | 2 HEALTHCHECK sh(a) 60000/1500/10/2000/3"),
                arguments(
                        FROM + "HEALTHCHECK --interval=1h2m3s CMD a", "1 FROM a | 2 HEALTHCHECK sh(a) 3723000/0/0/0/0"),
                arguments(
                        FROM + "HEALTHCHECK \\\n  --retries=2 \\\n  CMD a",
                        "1 FROM a | 2 HEALTHCHECK sh(a) 0/0/0/0/2"));
    }

    static Stream<Arguments> transfers() {
        return Stream.of(
                arguments(FROM + "COPY a b", "1 FROM a | 2 COPY [a] to b"),
                arguments(FROM + "COPY a b /c/", "1 FROM a | 2 COPY [a, b] to /c/"),
                arguments(FROM + "COPY [\"a b\", \"c\"]", "1 FROM a | 2 COPY [a b] to c"),
                arguments(FROM + "COPY --from=x a b", "1 FROM a | 2 COPY [a] to b from=x"),
                arguments(FROM + "COPY --from=0 --chown=u:g a b", "1 FROM a | 2 COPY [a] to b from=0 owner=u:g"),
                arguments(FROM + "COPY --chmod=755 --link a b", "1 FROM a | 2 COPY [a] to b mode=755 link"),
                arguments(FROM + "COPY --link=false a b", "1 FROM a | 2 COPY [a] to b"),
                arguments(FROM + "COPY --link=true a b", "1 FROM a | 2 COPY [a] to b link"),
                arguments(FROM + "COPY --parents a/b c/", "1 FROM a | 2 COPY [a/b] to c/ parents"),
                arguments(FROM + "COPY --exclude=*.md --exclude=x a b", "1 FROM a | 2 COPY [a] to b but [*.md, x]"),
                arguments(FROM + "COPY --chown=$U a b", "1 FROM a | 2 COPY [a] to b owner=$U"),
                arguments(FROM + "COPY a\\ b c", "1 FROM a | 2 COPY [a\\ b] to c"),
                arguments(FROM + "COPY \"a b\" c", "1 FROM a | 2 COPY [\"a b\"] to c"),
                arguments(FROM + "ADD a b", "1 FROM a | 2 ADD [a] to b"),
                arguments(FROM + "ADD http://x/y z", "1 FROM a | 2 ADD [http://x/y] to z"),
                arguments(FROM + "ADD --checksum=sha256:0 a b", "1 FROM a | 2 ADD [a] to b sum=sha256:0"),
                arguments(FROM + "ADD --keep-git-dir a b", "1 FROM a | 2 ADD [a] to b git"),
                arguments(FROM + "ADD --keep-git-dir=true a b", "1 FROM a | 2 ADD [a] to b git"),
                arguments(FROM + "ADD --unpack=false a b", "1 FROM a | 2 ADD [a] to b unpack=false"),
                arguments(FROM + "ADD --unpack a b", "1 FROM a | 2 ADD [a] to b unpack=true"),
                arguments(FROM + "COPY --chmod=u=rwX,go=rX a b", "1 FROM a | 2 COPY [a] to b mode=u=rwX,go=rX"),
                arguments(FROM + "COPY -- --a b", "1 FROM a | 2 COPY [--a] to b"));
    }

    static Stream<Arguments> heredocs() {
        return Stream.of(
                arguments(FROM + "RUN <<EOF\na\nb\nEOF\nRUN c", "1 FROM a | 2 RUN sh(<<EOF) <<EOF:a/b/ | 6 RUN sh(c)"),
                arguments(FROM + "RUN <<'EOF'\n$a\nEOF", "1 FROM a | 2 RUN sh(<<'EOF') <<EOF':$a/"),
                arguments(FROM + "RUN <<\"E F\"\na\nE F", "1 FROM a | 2 RUN sh(<<\"E F\") <<E F':a/"),
                arguments(FROM + "RUN <<-EOF\n\ta\n\t\tb\n\tEOF", "1 FROM a | 2 RUN sh(<<-EOF) <<EOF:a/b/"),
                arguments(
                        FROM + "RUN cat <<A <<B > /x\n1\nA\n2\nB",
                        "1 FROM a | 2 RUN sh(cat <<A <<B > /x) <<A:1/ <<B:2/"),
                arguments(
                        FROM + "RUN python3 <<EOF\nif x:\n  y\nEOF",
                        "1 FROM a | 2 RUN sh(python3 <<EOF) <<EOF:if x:/  y/"),
                arguments(
                        FROM + "RUN <<EOF\n# no comment\n\\\nEOF", "1 FROM a | 2 RUN sh(<<EOF) <<EOF:# no comment/\\/"),
                arguments(FROM + "RUN <<EOF\nEOF", "1 FROM a | 2 RUN sh(<<EOF) <<EOF:"),
                arguments(FROM + "RUN <<EOF\n EOF\nEOF", "1 FROM a | 2 RUN sh(<<EOF) <<EOF: EOF/"),
                arguments(FROM + "RUN <<EOF\r\na\r\nEOF\r\n", "1 FROM a | 2 RUN sh(<<EOF) <<EOF:a/"),
                arguments(FROM + "RUN 3<<EOF a\nb\nEOF", "1 FROM a | 2 RUN sh(3<<EOF a) <<EOF:b/"),
                arguments(FROM + "RUN echo a<<b", "1 FROM a | 2 RUN sh(echo a<<b)"),
                arguments(FROM + "RUN echo \"<<b\"", "1 FROM a | 2 RUN sh(echo \"<<b\")"),
                arguments(FROM + "RUN cat <<< x", "1 FROM a | 2 RUN sh(cat <<< x)"),
                arguments(FROM + "RUN [\"a\", \"<<b\"]", "1 FROM a | 2 RUN [a, <<b]"),
                arguments(FROM + "CMD echo <<EOF", "1 FROM a | 2 CMD sh(echo <<EOF)"),
                arguments(FROM + "COPY <<f /x\na\nf", "1 FROM a | 2 COPY [<<f] to /x <<f:a/"),
                arguments(
                        FROM + "COPY <<f g <<h /x/\na\nf\nb\nh",
                        "1 FROM a | 2 COPY [<<f, g, <<h] to /x/ <<f:a/ <<h:b/"),
                arguments(FROM + "ADD <<\"f\" /x\n$a\nf", "1 FROM a | 2 ADD [<<\"f\"] to /x <<f':$a/"),
                arguments(FROM + "RUN --network=none <<EOF\na\nEOF", "1 FROM a | 2 RUN sh(<<EOF) net=none <<EOF:a/"),
                arguments(FROM + "RUN a && \\\n cat <<EOF\nb\nEOF", "1 FROM a | 2 RUN sh(a &&  cat <<EOF) <<EOF:b/"));
    }

    static Stream<Arguments> stages() {
        return Stream.of(
                arguments("FROM a AS b", "1 FROM a as b"),
                arguments("FROM a as B\nFROM b", "1 FROM a as b | 2 FROM b"),
                arguments("FROM --platform=linux/amd64 a", "1 FROM a for linux/amd64"),
                arguments("FROM --platform=$BUILDPLATFORM a AS b", "1 FROM a as b for $BUILDPLATFORM"),
                arguments("ARG v=1\nFROM a:$v", "1 ARG v=1 | 2 FROM a:$v"),
                arguments("ARG v\nARG w=2\nFROM a", "1 ARG v | 2 ARG w=2 | 3 FROM a"),
                arguments("FROM scratch\nCOPY a /", "1 FROM scratch | 2 COPY [a] to /"),
                arguments("FROM a\nRUN b\nFROM c\nRUN d", "1 FROM a | 2 RUN sh(b) | 3 FROM c | 4 RUN sh(d)"),
                arguments("FROM a AS x-1_2.3", "1 FROM a as x-1_2.3"),
                arguments("FROM localhost:5000/a/b:1.0@sha256:00", "1 FROM localhost:5000/a/b:1.0@sha256:00"));
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                arguments("", 0, "cannot be empty"),
                arguments("# only a comment\n", 0, "cannot be empty"),
                arguments("ARG a", 0, "there is no FROM"),
                arguments("RUN a", 1, "no build stage in current context"),
                arguments("ARG a\n\nENV b=c\nFROM d", 3, "no build stage in current context"),
                arguments(FROM + "FOO a", 2, "unknown instruction: FOO"),
                arguments(FROM + "RUNN a", 2, "did you mean RUN?"),
                arguments(FROM + "COPPY a b", 2, "did you mean COPY?"),
                arguments(FROM + "\n\n  foo", 4, "unknown instruction: foo"),
                arguments("FROM", 1, "FROM requires either one or three arguments"),
                arguments("FROM a b", 1, "FROM requires either one or three arguments"),
                arguments("FROM a AS", 1, "FROM requires either one or three arguments"),
                arguments("FROM a AS 1b", 1, "invalid name for build stage: \"1b\""),
                arguments("FROM a AS b/c", 1, "invalid name for build stage"),
                arguments("FROM --foo=b a", 1, "unknown flag: --foo"),
                arguments("FROM --platform a", 1, "missing a value on flag: platform"),
                arguments(FROM + "RUN", 2, "RUN requires at least one argument"),
                arguments(FROM + "RUN --mount=type=foo,target=/a b", 2, "unsupported mount type \"foo\""),
                arguments(FROM + "RUN --mount=type=cache b", 2, "target is required"),
                arguments(FROM + "RUN --mount=type=ssh b", 2, "type=ssh is not available"),
                arguments(FROM + "RUN --mount=type=secret b", 2, "secret mounts need an id or a target"),
                arguments(FROM + "RUN --mount=type=secret,id=a,env=B c", 2, "env is not available"),
                arguments(FROM + "RUN --mount=foo=bar,target=/a b", 2, "unexpected key 'foo'"),
                arguments(FROM + "RUN --mount=type=tmpfs,target=/a,from=b c", 2, "from is not allowed with type=tmpfs"),
                arguments(FROM + "RUN --mount=type=cache,target=/a,sharing=b c", 2, "unsupported sharing value"),
                arguments(FROM + "RUN --mount=type=cache,target=/a,mode=99 c", 2, "invalid value for mode"),
                arguments(FROM + "RUN --mount=type=cache,target=/a,uid=-1 c", 2, "invalid value for uid"),
                arguments(FROM + "RUN --mount=target=/a,target=/b c", 2, "target is there twice"),
                arguments(FROM + "RUN --mount=type=bind,foo c", 2, "must be a key=value pair"),
                arguments(FROM + "RUN --network=foo a", 2, "invalid network mode"),
                arguments(FROM + "RUN --security=insecure a", 2, "--security=insecure is not available"),
                arguments(FROM + "RUN --device=x a", 2, "--device is not available"),
                arguments(FROM + "RUN --network=none --network=none a", 2, "Duplicate flag specified: network"),
                arguments(FROM + "ENV", 2, "ENV requires at least one argument"),
                arguments(FROM + "ENV a", 2, "ENV must have two arguments"),
                arguments(FROM + "ENV a=b c", 2, "can't find = in \"c\""),
                arguments(FROM + "ENV =b", 2, "ENV names can not be blank"),
                arguments(FROM + "LABEL =b", 2, "LABEL names can not be blank"),
                arguments(FROM + "ARG =b", 2, "ARG names can not be blank"),
                arguments(FROM + "EXPOSE", 2, "EXPOSE requires at least one argument"),
                arguments(FROM + "USER", 2, "USER requires exactly one argument"),
                arguments(FROM + "WORKDIR", 2, "WORKDIR requires exactly one argument"),
                arguments(FROM + "STOPSIGNAL a b", 2, "STOPSIGNAL requires exactly one argument"),
                arguments(FROM + "VOLUME []", 2, "VOLUME requires at least one argument"),
                arguments(FROM + "VOLUME [\"\"]", 2, "VOLUME specified can not be an empty string"),
                arguments(FROM + "SHELL a", 2, "SHELL requires the arguments to be in JSON form"),
                arguments(FROM + "SHELL []", 2, "SHELL requires at least one argument"),
                arguments(FROM + "ONBUILD", 2, "ONBUILD requires at least one argument"),
                arguments(FROM + "ONBUILD ONBUILD RUN a", 2, "Chaining ONBUILD"),
                arguments(FROM + "ONBUILD FROM a", 2, "FROM isn't allowed as an ONBUILD trigger"),
                arguments(FROM + "ONBUILD MAINTAINER a", 2, "MAINTAINER isn't allowed"),
                arguments(FROM + "ONBUILD FOO", 2, "unknown instruction: FOO"),
                arguments(FROM + "ONBUILD RUN <<EOF\na\nEOF", 2, "cannot have a heredoc"),
                arguments(FROM + "HEALTHCHECK", 2, "HEALTHCHECK requires at least one argument"),
                arguments(FROM + "HEALTHCHECK FOO", 2, "Unknown type \"FOO\" in HEALTHCHECK"),
                arguments(FROM + "HEALTHCHECK NONE a", 2, "takes no arguments"),
                arguments(FROM + "HEALTHCHECK CMD", 2, "Missing command after HEALTHCHECK CMD"),
                arguments(FROM + "HEALTHCHECK --interval=1 CMD a", 2, "invalid duration"),
                arguments(FROM + "HEALTHCHECK --interval=1us CMD a", 2, "cannot be less than 1ms"),
                arguments(FROM + "HEALTHCHECK --interval=-1s CMD a", 2, "cannot be less than 1ms"),
                arguments(FROM + "HEALTHCHECK --retries=x CMD a", 2, "is no number"),
                arguments(FROM + "HEALTHCHECK --retries=-1 CMD a", 2, "cannot be negative"),
                arguments(FROM + "COPY", 2, "COPY requires at least two arguments"),
                arguments(FROM + "COPY a", 2, "Destination could not be determined"),
                arguments(FROM + "COPY [\"a\"]", 2, "Destination could not be determined"),
                arguments(FROM + "COPY --foo a b", 2, "unknown flag: --foo"),
                arguments(FROM + "COPY --chown a b", 2, "missing a value on flag: chown"),
                arguments(FROM + "COPY --link=x a b", 2, "expecting boolean value for flag link"),
                arguments(FROM + "COPY --keep-git-dir a b", 2, "unknown flag: --keep-git-dir"),
                arguments(FROM + "ADD --from=x a b", 2, "unknown flag: --from"),
                arguments(FROM + "COPY a <<f\nb\nf", 2, "cannot accept a heredoc as a destination"),
                arguments(FROM + "COPY --from=x <<f /\nb\nf", 2, "takes no heredocs"),
                arguments(FROM + "RUN <<EOF\na\nb", 2, "unterminated heredoc"),
                arguments(FROM + "RUN cat <<A <<B\nA\nb", 2, "unterminated heredoc"),
                arguments("# escape=x\nFROM a", 1, "invalid escape token 'x'"),
                arguments("# escape=`\n# escape=`\nFROM a", 2, "only one escape parser directive"),
                arguments("# syntax=a\n# syntax=b\nFROM a", 2, "only one syntax parser directive"));
    }

    @Test
    void directivesAreKept() {
        Directives directives = Dockerfile.parse("# syntax=docker/dockerfile:1\n# check=skip=all\nFROM a")
                .directives();
        assertThat(directives).isEqualTo(new Directives("docker/dockerfile:1", '\\', "skip=all"));
    }

    @Test
    void aLineIsNamedAsDockerNamesIt() {
        DockerfileException thrown =
                catchThrowableOfType(DockerfileException.class, () -> Dockerfile.parse("FROM a\nFOO b"));
        assertThat(thrown).hasMessage("dockerfile parse error on line 2: unknown instruction: FOO");
    }
}
