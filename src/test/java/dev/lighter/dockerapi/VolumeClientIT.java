package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes by the docker command line: made, used, filled from images, shared, renamed nowhere, removed. */
@ExtendWith(EngineExtension.class)
class VolumeClientIT {
    private final Engine engine;
    private final String name = "vol-" + UUID.randomUUID().toString().substring(0, 8);
    private final String other = name + "-other";

    VolumeClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1&v=1");
        engine.delete("/containers/" + other + "?force=1&v=1");
        engine.delete("/volumes/" + name + "?force=1");
        engine.delete("/volumes/" + other + "?force=1");
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private String run(String volume, String script) throws Exception {
        return docker("run", "--rm", "--network", "none", "-v", volume, "lighter/host", "sh", "-c", script);
    }

    private void fails(String words, String... arguments) throws Exception {
        Run run = engine.docker(arguments);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(words);
    }

    private String volumes(String... filters) throws Exception {
        String[] arguments = new String[filters.length * 2 + 3];
        System.arraycopy(new String[] {"volume", "ls", "-q"}, 0, arguments, 0, 3);
        for (int i = 0; i < filters.length; i++) {
            arguments[3 + 2 * i] = "--filter";
            arguments[4 + 2 * i] = filters[i];
        }
        return docker(arguments);
    }

    private Path mountpoint(String volume) throws Exception {
        return Path.of(docker("volume", "inspect", "-f", "{{.Mountpoint}}", volume));
    }

    @Test
    void aNamedVolumeKeepsItsFilesFromOneContainerToTheNext() throws Exception {
        run(name + ":/data", "echo one > /data/file");
        assertThat(run(name + ":/elsewhere", "cat /elsewhere/file")).isEqualTo("one");
        assertThat(Files.readString(mountpoint(name).resolve("file"))).isEqualTo("one\n");
    }

    @Test
    void createGivesTheNameAndInspectAllOfIt() throws Exception {
        assertThat(docker("volume", "create", "--label", "color=blue", name)).isEqualTo(name);
        assertThat(docker(
                        "volume",
                        "inspect",
                        "-f",
                        "{{.Name}} {{.Driver}} {{.Scope}} {{.Labels.color}} {{.Options}}",
                        name))
                .isEqualTo(name + " local local blue map[]");
        assertThat(docker("volume", "create", name)).isEqualTo(name);
        assertThat(volumes("name=" + name)).isEqualTo(name);
    }

    @Test
    void aVolumeWithoutNameIsCalledByDigits() throws Exception {
        String created = docker("volume", "create");
        assertThat(created).matches("[0-9a-f]{64}");
        assertThat(volumes("name=" + created)).isEqualTo(created);
        docker("volume", "rm", created);
        assertThat(volumes("name=" + created)).isEmpty();
    }

    @Test
    void listsAreFiltered() throws Exception {
        docker("volume", "create", "--label", "kind=" + name, name);
        docker("volume", "create", other);
        assertThat(volumes("label=kind=" + name)).isEqualTo(name);
        assertThat(volumes("label=kind", "name=" + name)).isEqualTo(name);
        assertThat(volumes("driver=local", "name=" + other)).isEqualTo(other);
        assertThat(volumes("driver=foreign")).isEmpty();
        docker("create", "--name", name, "-v", name + ":/data", "lighter/host", "true");
        assertThat(volumes("dangling=true", "name=" + name).lines()).containsExactly(other);
        assertThat(volumes("dangling=false", "name=" + name).lines()).containsExactly(name);
        assertThat(docker("ps", "-a", "--filter", "volume=" + name, "--format", "{{.Names}} {{.Mounts}}"))
                .startsWith(name + " ");
        assertThat(docker("ps", "-aq", "--filter", "volume=/data", "--filter", "name=" + name))
                .isNotEmpty();
        assertThat(docker("ps", "-aq", "--filter", "volume=" + other)).isEmpty();
    }

    @Test
    void aVolumeInUseStays() throws Exception {
        String id = docker("create", "--name", name, "-v", name + ":/data", "lighter/host", "true");
        fails("volume is in use - [" + id + "]", "volume", "rm", name);
        docker("rm", name);
        assertThat(docker("volume", "rm", name)).isEqualTo(name);
        fails("no such volume", "volume", "inspect", name);
        fails("no such volume", "volume", "rm", name);
        assertThat(docker("volume", "rm", "-f", name)).isEqualTo(name);
    }

    @Test
    void readOnlyMeansReadOnly() throws Exception {
        assertThat(run(name + ":/data:ro", "touch /data/x 2>&1 || echo refused"))
                .contains("Read-only file system")
                .endsWith("refused");
    }

    @Test
    void anEmptyVolumeIsFilledWithWhatTheImageHas() throws Exception {
        String image = run("/etc/none:/none", "ls -ln /etc/passwd");
        assertThat(run(name + ":/etc", "true")).isEmpty();
        assertThat(Files.readString(mountpoint(name).resolve("passwd"))).contains("root:");
        assertThat(run(name + ":/copy", "ls -ln /copy/passwd").replace("/copy/", "/etc/"))
                .isEqualTo(image);
        run(name + ":/etc", "rm /etc/passwd");
        assertThat(run(name + ":/etc", "ls /etc")).doesNotContain("passwd");
    }

    @Test
    void nothingIsCopiedWhenItIsNotWanted() throws Exception {
        run(name + ":/etc:nocopy", "true");
        assertThat(Files.exists(mountpoint(name).resolve("passwd"))).isFalse();
        docker("volume", "rm", name);
        docker("run", "--rm", "--mount", "type=volume,src=" + name + ",dst=/etc,volume-nocopy", "lighter/host", "true");
        assertThat(Files.exists(mountpoint(name).resolve("passwd"))).isFalse();
    }

    @Test
    void aVolumeThatHoldsSomethingIsNotFilled() throws Exception {
        run(name + ":/data", "touch /data/mine");
        assertThat(run(name + ":/etc", "ls -A /etc | grep -v -e hosts -e hostname -e resolv.conf"))
                .isEqualTo("mine");
    }

    @Test
    void anonymousVolumesGoWithTheirContainerWhenAsked() throws Exception {
        docker("create", "--name", name, "-v", "/data", "lighter/host", "true");
        String volume = docker("inspect", "-f", "{{(index .Mounts 0).Name}}", name);
        assertThat(volume).matches("[0-9a-f]{64}");
        assertThat(docker("inspect", "-f", "{{json .Config.Volumes}}", name)).isEqualTo("{\"/data\":{}}");
        docker("rm", name);
        assertThat(volumes("name=" + volume)).isEqualTo(volume);
        docker("volume", "rm", volume);
        docker("create", "--name", name, "-v", "/data", "-v", other + ":/named", "lighter/host", "true");
        volume = docker(
                "inspect", "-f", "{{range .Mounts}}{{if eq .Destination \"/data\"}}{{.Name}}{{end}}{{end}}", name);
        docker("rm", "-v", name);
        assertThat(volumes("name=" + volume)).isEmpty();
        assertThat(volumes("name=" + other)).isEqualTo(other);
    }

    @Test
    void aContainerThatRemovesItselfTakesItsAnonymousVolumesAlong() throws Exception {
        String before = volumes();
        docker("run", "--rm", "-v", "/data", "lighter/host", "touch", "/data/x");
        for (int i = 0; i < 200 && !volumes().equals(before); i++) {
            Thread.sleep(10);
        }
        assertThat(volumes()).isEqualTo(before);
    }

    @Test
    void volumesFromGivesWhatAnotherHas() throws Exception {
        docker("create", "--name", other, "-v", "/anonymous", "-v", name + ":/named", "lighter/host", "true");
        docker(
                "run",
                "--rm",
                "--volumes-from",
                other,
                "lighter/host",
                "sh",
                "-c",
                "echo a > /anonymous/f; echo n > /named/f");
        assertThat(docker(
                        "run",
                        "--rm",
                        "--volumes-from",
                        other + ":ro",
                        "lighter/host",
                        "sh",
                        "-c",
                        "cat /anonymous/f /named/f; touch /named/x 2>/dev/null || echo closed"))
                .isEqualTo("a\nn\nclosed");
        fails("No such container", "run", "--rm", "--volumes-from", "nobody-has-this-name", "lighter/host", "true");
    }

    @Test
    void anAnonymousVolumeStaysAsLongAsSomebodyHasIt() throws Exception {
        docker("create", "--name", other, "-v", "/data", "lighter/host", "true");
        String volume = docker("inspect", "-f", "{{(index .Mounts 0).Name}}", other);
        docker("create", "--name", name, "--volumes-from", other, "lighter/host", "true");
        docker("rm", "-v", other);
        assertThat(volumes("name=" + volume)).isEqualTo(volume);
        docker("rm", "-v", name);
        assertThat(volumes("name=" + volume)).isEmpty();
    }

    @Test
    void pruneTakesTheUnused() throws Exception {
        docker("volume", "create", "--label", "prune=" + name, name);
        String anonymous = docker("volume", "create", "--label", "prune=" + name);
        docker("create", "--name", other, "-v", other + ":/data", "lighter/host", "true");
        Files.write(mountpoint(anonymous).resolve("file"), new byte[1000]);
        assertThat(docker("volume", "prune", "-f", "--filter", "label=prune=" + name))
                .contains(anonymous)
                .doesNotContain(name)
                .contains("Total reclaimed space: 1kB");
        assertThat(docker("volume", "prune", "-f", "-a", "--filter", "label!=prune=" + name))
                .doesNotContain(name);
        assertThat(docker("volume", "prune", "-f", "-a", "--filter", "label=prune=" + name))
                .contains(name);
        assertThat(volumes("name=" + other)).isEqualTo(other);
    }

    @Test
    void aVolumeInMemoryIsSharedAndGoesWithItsLastUser() throws Exception {
        docker(
                "volume",
                "create",
                "--opt",
                "type=tmpfs",
                "--opt",
                "device=tmpfs",
                "--opt",
                "o=size=1m,mode=1750",
                name);
        docker(
                "run",
                "-d",
                "--name",
                name,
                "-v",
                name + ":/data",
                "lighter/host",
                "sh",
                "-c",
                "echo a > /data/f; exec sleep 1000");
        for (int i = 0; i < 200 && engine.docker("exec", name, "cat", "/data/f").exitCode() != 0; i++) {
            Thread.sleep(10);
        }
        assertThat(run(
                        name + ":/data",
                        "cat /data/f; df -k /data | tail -1 | tr -s ' ' | cut -d' ' -f2; stat -c %a /data"))
                .isEqualTo("a\n1024\n1750");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .contains(mountpoint(name).toString());
        docker("rm", "-f", name);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .doesNotContain(mountpoint(name).toString());
        assertThat(run(name + ":/data", "ls /data")).isEmpty();
    }

    @Test
    void aVolumeCanBeADirectoryElsewhere() throws Exception {
        Path directory = Files.createTempDirectory("lighter-volume");
        try {
            Files.writeString(directory.resolve("there"), "yes");
            docker(
                    "volume",
                    "create",
                    "--opt",
                    "type=none",
                    "--opt",
                    "o=bind,ro",
                    "--opt",
                    "device=" + directory,
                    name);
            assertThat(run(name + ":/data", "cat /data/there; touch /data/x 2>/dev/null || echo closed"))
                    .isEqualTo("yesclosed");
            docker("volume", "rm", name);
            assertThat(directory.resolve("there")).exists();
        } finally {
            Files.deleteIfExists(directory.resolve("there"));
            Files.delete(directory);
        }
    }

    @Test
    void aVolumeThatCannotBeMountedKeepsTheContainerFromStarting() throws Exception {
        docker("volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", "device=/nowhere/at/all", name);
        docker("create", "--name", name, "-v", name + ":/data", "lighter/host", "true");
        fails("/nowhere/at/all", "start", name);
        assertThat(docker("inspect", "-f", "{{.State.Status}} {{.State.Error}}", name))
                .startsWith("created ")
                .contains("no such file or directory");
        docker("volume", "create", "--opt", "type=nosuchfs", "--opt", "device=none", other);
        docker("create", "--name", other, "-v", other + ":/data", "lighter/host", "true");
        fails("error while mounting volume", "start", other);
        assertThat(docker("inspect", "-f", "{{.State.Status}}", other)).isEqualTo("created");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--opt color=blue | invalid option",
                "--opt type=tmpfs | missing required option: \"device\"",
                "--opt device=tmpfs | missing required option: \"type\"",
                "--opt type=none --opt o=bind --opt device=relative | must be an absolute path",
                "--driver foreign | plugin \"foreign\" not found",
            })
    void optionsThatMakeNoSenseAreRefused(String options, String words) throws Exception {
        String[] given = options.split(" ");
        String[] arguments = new String[given.length + 3];
        arguments[0] = "volume";
        arguments[1] = "create";
        System.arraycopy(given, 0, arguments, 2, given.length);
        arguments[given.length + 2] = name;
        fails(words, arguments);
        assertThat(volumes("name=" + name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a/b", ".hidden", "x", "white space", "-dash"})
    void namesThatAreNoneAreRefused(String wrong) throws Exception {
        assertThat(engine.post("/volumes/create", "{\"Name\":\"" + wrong + "\"}")
                        .status())
                .isEqualTo(400);
        assertThat(volumes()).doesNotContain(wrong + "\n");
    }

    @Test
    void aSubpathOfAVolumeIsMounted() throws Exception {
        run(name + ":/data", "mkdir -p /data/a/b; echo deep > /data/a/b/f; ln -s /etc /data/out");
        assertThat(docker(
                        "run",
                        "--rm",
                        "--mount",
                        "type=volume,src=" + name + ",dst=/x,volume-subpath=a/b",
                        "lighter/host",
                        "cat",
                        "/x/f"))
                .isEqualTo("deep");
        fails(
                "error mounting",
                "run",
                "--rm",
                "--mount",
                "type=volume,src=" + name + ",dst=/x,volume-subpath=out",
                "lighter/host",
                "ls",
                "/x");
        fails(
                "subpath",
                "run",
                "--rm",
                "--mount",
                "type=volume,src=" + name + ",dst=/x,volume-subpath=../x",
                "lighter/host",
                "true");
    }

    @Test
    void eventsTellOfVolumes() throws Exception {
        long since = System.currentTimeMillis() / 1000 - 1;
        run(name + ":/data", "true");
        docker("volume", "rm", name);
        assertThat(docker(
                        "events",
                        "--since",
                        Long.toString(since),
                        "--until",
                        Long.toString(System.currentTimeMillis() / 1000 + 1),
                        "--filter",
                        "type=volume",
                        "--filter",
                        "volume=" + name,
                        "--format",
                        "{{.Action}}"))
                .isEqualTo("create\nmount\nunmount\ndestroy");
    }

    @Test
    void filesAreCopiedIntoAndOutOfVolumesOfContainersThatDoNotRun() throws Exception {
        Path file = Files.createTempFile("lighter", "copied");
        try {
            Files.writeString(file, "from outside");
            docker("create", "--name", name, "-v", name + ":/data", "lighter/host", "cat", "/data/in");
            docker("cp", file.toString(), name + ":/data/in");
            assertThat(Files.readString(mountpoint(name).resolve("in"))).isEqualTo("from outside");
            assertThat(docker("start", "-a", name)).isEqualTo("from outside");
            Files.writeString(mountpoint(name).resolve("in"), "changed");
            docker("cp", name + ":/data/in", file.toString());
            assertThat(Files.readString(file)).isEqualTo("changed");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void mountsAreOnTheNextEnginesListsAndFilesAreThere() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "-v",
                name + ":/data",
                "lighter/host",
                "sh",
                "-c",
                "echo a > /data/f; exec sleep 1000");
        String before = docker("inspect", "-f", "{{json .Mounts}}", name);
        engine.restart();
        assertThat(docker("inspect", "-f", "{{json .Mounts}}", name))
                .isEqualTo(before)
                .contains(name);
        fails("volume is in use", "volume", "rm", name);
        assertThat(docker("exec", name, "cat", "/data/f")).isEqualTo("a");
    }

    @Test
    void removalThatWasInterruptedIsFinished() throws Exception {
        docker("volume", "create", name);
        Path directory = Objects.requireNonNull(mountpoint(name).getParent());
        assertThat(directory).isDirectory();
        Path unknown =
                Files.createDirectories(directory.resolveSibling("f".repeat(64)).resolve("data"));
        engine.restart();
        assertThat(unknown).doesNotExist();
        assertThat(directory).isDirectory();
        assertThat(docker("volume", "rm", name)).isEqualTo(name);
        assertThat(directory).doesNotExist();
    }
}
