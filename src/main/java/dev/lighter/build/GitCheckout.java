package dev.lighter.build;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One revision of a repository in a directory, brought by the host's git: without hooks, without prompts, without the settings of any user,
 * never from files of the host, and without submodules. Belongs to one thread.
 */
final class GitCheckout {
    private static final int LONGEST_MESSAGE = 500;
    private static final List<String> SAFE = List.of(
            "git",
            "-c",
            "protocol.file.allow=never",
            "-c",
            "protocol.ext.allow=never",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "http.followRedirects=false",
            "-c",
            "advice.detachedHead=false");

    private final Path directory;
    private final Duration timeout;

    GitCheckout(Path directory, Duration timeout) {
        this.directory = directory;
        this.timeout = timeout;
    }

    /** What a run of git gave. */
    private record Ended(int code, String output) {}

    void fetch(GitAddress address, boolean keepGitDirectory, String checksum) throws IOException {
        String ref = address.ref().isEmpty() ? "HEAD" : address.ref();
        if (ref.startsWith("-") || address.url().startsWith("-")) {
            throw EngineException.invalid("\"" + ref + "\" is no revision");
        }
        demand(git("init", "-q"), "git init");
        Ended shallow = git("fetch", "-q", "--no-tags", "--depth=1", "--", address.url(), ref);
        if (shallow.code() != 0) {
            // A commit that is no branch's end, or a server that gives everything or nothing.
            Ended whole = git("fetch", "-q", "--", address.url(), "+refs/heads/*:refs/remotes/origin/*", "HEAD");
            demand(whole, "fetching " + address.url());
            boolean head = ref.equals("HEAD");
            Ended named = head
                    ? git("rev-parse", "--verify", "-q", "FETCH_HEAD")
                    : git("rev-parse", "--verify", "-q", "refs/remotes/origin/" + ref + "^{commit}");
            Ended found = named.code() == 0 ? named : git("rev-parse", "--verify", "-q", ref + "^{commit}");
            if (found.code() != 0) {
                throw EngineException.invalid(
                        "the repository " + address.url() + " has no revision " + ref + ": " + shallow.output());
            }
            demand(git("checkout", "-q", "--detach", found.output().strip()), "git checkout");
        } else {
            demand(git("checkout", "-q", "--detach", "FETCH_HEAD"), "git checkout");
        }
        String commit = git("rev-parse", "HEAD").output().strip();
        if (!checksum.isEmpty() && !commit.startsWith(checksum)) {
            throw EngineException.invalid("expected checksum to match " + checksum + ", got " + commit);
        }
        if (!keepGitDirectory) {
            try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                FileTree.remove(open, ".git");
            }
        }
    }

    private static void demand(Ended ended, String what) {
        if (ended.code() != 0) {
            throw EngineException.invalid(what + " failed: " + ended.output());
        }
    }

    private Ended git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(SAFE);
        command.addAll(List.of(arguments));
        Path output = directory.resolveSibling(directory.getFileName() + ".git-output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.putAll(Map.of(
                "PATH",
                path,
                "HOME",
                directory.toString(),
                "GIT_CONFIG_NOSYSTEM",
                "1",
                "GIT_CONFIG_GLOBAL",
                "/dev/null",
                "GIT_TERMINAL_PROMPT",
                "0",
                "GIT_ALLOW_PROTOCOL",
                "https:http:git",
                "LC_ALL",
                "C"));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw EngineException.invalid(
                    "git is not installed on this machine: repositories cannot be fetched; install it, or send the files");
        }
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw EngineException.unavailable("git has not ended within " + timeout.toSeconds() + " s");
            }
            String text = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
            return new Ended(process.exitValue(), text.substring(0, Math.min(text.length(), LONGEST_MESSAGE)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.conflict("the build was cancelled");
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }
}
