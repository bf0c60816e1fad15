package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.Processes;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.cgroup.Cgroup;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers without an engine around them: launched, left alone, and found again. */
class ContainerLauncherIT {
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private static Path root;

    private Cgroups cgroups;
    private ContainerLauncher launcher;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeRoot() throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        HostRoot.make(root, "sh", "sleep", "cat", "ls", "seq");
    }

    @BeforeEach
    void open() throws IOException {
        cgroups = Cgroups.detect("lighter-it-launch-" + ProcessHandle.current().pid());
        launcher = launcher();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        for (String id : cgroups.list()) {
            Cgroup group = cgroups.find(id).orElseThrow();
            group.killAll();
            group.remove();
        }
        launcher.close();
        assertThat(cgroups.parents()).noneMatch(Files::exists);
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .noneMatch(mount -> mount.contains(directory.toString()));
    }

    private ContainerLauncher launcher() throws IOException {
        return new ContainerLauncher(
                cgroups,
                new LogListener() {
                    @Override
                    public void appended(String containerId) {}

                    @Override
                    public void rotated(String containerId, Path container, LogPolicy policy) {}

                    @Override
                    public void ended(String containerId) {}

                    @Override
                    public boolean isFollowed(String containerId) {
                        return false;
                    }
                },
                directory.resolve("base"));
    }

    private LaunchSpec spec(List<Path> layers, String user, String workingDirectory, String... command)
            throws IOException {
        Path home = directory.resolve("c");
        if (!Files.exists(home)) {
            Files.createDirectories(home.resolve("upper"));
            Files.createDirectories(home.resolve("work"));
            launcher.prepare(home);
        }
        return new LaunchSpec(
                "c",
                home,
                layers,
                "inside",
                "",
                "127.0.0.1\tlocalhost\n",
                "nameserver 127.0.0.1\n",
                List.of(command),
                List.of(),
                workingDirectory,
                user,
                List.of(),
                Capabilities.DEFAULT,
                true,
                false,
                false,
                false,
                LaunchSpec.Resources.NONE,
                LogPolicy.EVERYTHING,
                false,
                LaunchIsolation.USUAL,
                List.of(),
                IdRange.SAME);
    }

    private RunningContainer launch(LaunchSpec spec) throws IOException, LaunchException {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            return launcher.launch(spec, LaunchNetwork.ready(namespace.fd(), "loopback"), JoinedNamespaces.NONE);
        }
    }

    private RunningContainer launch(String script) throws IOException, LaunchException {
        return launch(spec(List.of(root), "", "/", "sh", "-c", script));
    }

    private static Exit end(RunningContainer container)
            throws InterruptedException, ExecutionException, TimeoutException {
        return container.exit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("c/log/out"));
    }

    /** Waits until the container has printed this much; the log grows while an engine watches, and when it adopts. */
    private void awaitOutput(String expected) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!output().contains(expected)) {
            assertThat(System.nanoTime())
                    .as("still no " + expected + " in " + output())
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Test
    void aContainerPrintsIntoItsLogAndItsExitCodeIsTold() throws Exception {
        Exit exit = end(launch("echo to out; echo to err >&2; exit 7"));

        assertThat(exit.code()).isEqualTo(7);
        assertThat(exit.lost()).isFalse();
        assertThat(output()).isEqualTo("to out\n");
        assertThat(directory.resolve("c/log/err")).hasContent("to err");
        assertThat(cgroups.list()).isEmpty();
    }

    @Test
    void aSignalEndsItWith128AndItsNumber() throws Exception {
        RunningContainer container = launch("exec sleep 1000");

        container.signal(Processes.SIGKILL);

        assertThat(end(container).code()).isEqualTo(137);
    }

    @Test
    void anotherLauncherFindsItRunningAndNothingPrintedMeanwhileIsLost() throws Exception {
        launch("for i in $(seq 1 400); do echo line $i; sleep 0.005; done; exit 9");
        awaitOutput("line 20\n");

        launcher.close();
        launcher = launcher();
        Adoption adoption = launcher.adopt("c", directory.resolve("c"), "", LogPolicy.EVERYTHING);

        assertThat(adoption).isInstanceOf(Adoption.Running.class);
        assertThat(end(((Adoption.Running) adoption).container()).code()).isEqualTo(9);
        assertThat(output().lines())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 400).mapToObj(i -> "line " + i).toList());
    }

    @Test
    void whatEndedWhileNobodyWatchedHasItsCodeAndItsLog() throws Exception {
        RunningContainer container = launch("sleep 0.3; echo last words; exit 3");
        long pid = container.pid();

        launcher.close();
        ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
        launcher = launcher();
        Adoption adoption = launcher.adopt("c", directory.resolve("c"), "", LogPolicy.EVERYTHING);
        if (adoption instanceof Adoption.Running running) {
            // The monitor had not yet written how it ended.
            adoption = new Adoption.Ended(end(running.container()));
        }

        assertThat(adoption)
                .isInstanceOfSatisfying(
                        Adoption.Ended.class,
                        ended -> assertThat(ended.exit().code()).isEqualTo(3));
        assertThat(output()).isEqualTo("last words\n");
    }

    @Test
    void whatWasNeverLaunchedIsKnownAsSuch() throws IOException {
        spec(List.of(root), "", "/", "sh");

        assertThat(launcher.adopt("c", directory.resolve("c"), "", LogPolicy.EVERYTHING)).isInstanceOf(Adoption.NeverStarted.class);
    }

    @ParameterizedTest
    @CsvSource({
        "frobnicate, 127, executable file not found",
        "/nowhere/sh, 127, no such file or directory",
        "/lib, 126, permission denied"
    })
    void aCommandThatCannotBeExecutedLeavesNothing(String command, int code, String reason) throws IOException {
        LaunchSpec spec = spec(List.of(root), "", "/", command);

        assertThatThrownBy(() -> launch(spec))
                .isInstanceOfSatisfying(
                        LaunchException.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(code))
                .hasMessageContaining(command)
                .hasMessageContaining(reason);
        assertThat(cgroups.list()).isEmpty();
    }

    @Test
    void anUnknownUserAndAnImpossibleWorkingDirectoryAreNamed() throws IOException {
        assertThatThrownBy(() -> launch(spec(List.of(root), "nobody-here", "/", "sh")))
                .hasMessageContaining("nobody-here");
        assertThatThrownBy(() -> launch(spec(List.of(root), "", "/bin/sh", "sh")))
                .hasMessageContaining("/bin/sh")
                .hasMessageContaining("working directory");
        assertThat(cgroups.list()).isEmpty();
    }

    @Test
    void anImageWithoutPlacesToMountOnGetsThem() throws Exception {
        Exit exit = end(launch("cat /proc/self/stat /etc/hostname && ls /sys /dev/null"));

        assertThat(exit.code()).isZero();
        assertThat(output()).contains("inside\n").contains("/dev/null");
    }

    @Test
    void linksInPlaceOfSystemDirectoriesLeadNowhereOutside() throws Exception {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Path above = Files.createDirectories(directory.resolve("above"));
        Files.createSymbolicLink(above.resolve("etc"), outside);
        Files.createSymbolicLink(above.resolve("dev"), Path.of("/../../../../dev"));
        LaunchSpec spec = spec(List.of(root, above), "", "/", "sh", "-c", "echo ran");

        try {
            assertThat(end(launch(spec)).code()).isZero();
        } catch (LaunchException refused) {
            assertThat(refused).hasMessageContaining("failed to create task for container");
        }

        assertThat(outside).isEmptyDirectory();
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .noneMatch(mount -> mount.contains(outside.toString()));
        assertThat(cgroups.list()).isEmpty();
    }
}
