package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Looking at images and taking care of the disk, by the docker command line; on an engine of its own, where nothing else is removed. */
class ImageCareClientIT {
    private static Engine engine;

    private static final TarBytes BASE = new TarBytes().file("base", "b".repeat(1000));

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start("--lighter.images.starter-image=false");
    }

    @AfterAll
    static void end() throws Exception {
        engine.close();
    }

    @AfterEach
    void removeAll() throws Exception {
        for (var container : engine.get("/containers/json?all=1").json()) {
            engine.delete("/containers/" + container.path("Id").asString() + "?force=1");
        }
        for (int pass = 0; pass < 3; pass++) {
            for (var image : engine.get("/images/json?all=1").json()) {
                engine.delete("/images/" + image.path("Id").asString() + "?force=1");
            }
        }
        assertThat(engine.get("/images/json?all=1").json()).isEmpty();
    }

    private static String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private static String error(String... arguments) throws Exception {
        Engine.Run run = engine.docker(arguments);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        return run.errors().strip();
    }

    private static void load(byte[] archive) throws IOException {
        Answer answer = engine.request("POST", "/images/load?quiet=1", archive);
        assertThat(answer.text()).contains("Loaded image");
    }

    private static TestImage small(String content) {
        return TestImage.of(BASE, new TarBytes().file("own", content));
    }

    /** An image without a name: its name was taken by another one. */
    private static TestImage dangling() throws IOException {
        TestImage image = small("dangling");
        load(image.dockerArchive("taken"));
        load(small("taker").dockerArchive("taken"));
        return image;
    }

    private static String create(String image) throws Exception {
        return docker("create", image);
    }

    private static String shortId(TestImage image) {
        return image.id().substring(7, 19);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reference=a* | a:1 a:2",
                "reference=*:2 | a:2",
                "reference=reg.example.com/x/y | reg.example.com/x/y:3",
                "reference=a:[12] | a:1 a:2",
                "label=tier | a:1 a:2",
                "label=tier=front | a:1 a:2",
                "label=tier=back | ''",
                "label!=tier | reg.example.com/x/y:3",
                "dangling=false | a:1 a:2 reg.example.com/x/y:3",
                "dangling=true | ''",
                "until=2019-01-01 | ''",
                "until=1h | a:1 a:2 reg.example.com/x/y:3",
            })
    void listsAreFiltered(String filter, String expected) throws Exception {
        load(TestImage.of(BASE).labelled("tier", "front").dockerArchive("a:1", "a:2"));
        load(small("y").dockerArchive("reg.example.com/x/y:3"));
        String found = docker("images", "--filter", filter, "--format", "{{.Repository}}:{{.Tag}}");
        assertThat(found.lines().sorted().toList())
                .containsExactlyElementsOf(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
    }

    @Test
    void danglingImagesAreFoundAndPruned() throws Exception {
        TestImage image = dangling();
        assertThat(docker("images", "-q", "--filter", "dangling=true")).isEqualTo(shortId(image));
        String pruned = docker("image", "prune", "-f");
        assertThat(pruned).contains("deleted: " + image.id()).doesNotContain("untagged");
        assertThat(docker("images", "--format", "{{.Repository}}")).isEqualTo("taken");
        assertThat(docker("image", "prune", "-f")).isEqualTo("Total reclaimed space: 0B");
    }

    @Test
    void pruneOfAllSparesWhatContainersWereMadeFrom() throws Exception {
        load(small("used").dockerArchive("used:1", "used:2"));
        load(small("unused").labelled("keep", "no").dockerArchive("unused"));
        create("used:1");
        assertThat(docker("image", "prune", "-af", "--filter", "label!=keep")).isEqualTo("Total reclaimed space: 0B");
        assertThat(docker("image", "prune", "-af", "--filter", "until=2019-01-01"))
                .isEqualTo("Total reclaimed space: 0B");
        assertThat(docker("image", "prune", "-af", "--filter", "label=keep=no")).contains("untagged: unused:latest");
        assertThat(docker("images", "--format", "{{.Repository}}:{{.Tag}}").lines())
                .containsExactlyInAnyOrder("used:1", "used:2");
    }

    @Test
    void whatAPruneGivesBackIsWhatTheDiskGets() throws Exception {
        byte[] noise = new byte[3_000_000];
        new Random(1).nextBytes(noise);
        load(TestImage.of(new TarBytes().file("noise", noise)).dockerArchive("noise"));
        long before =
                bytes(engine.data().resolve("blobs")) + bytes(engine.data().resolve("layers"));
        long reclaimed = engine.post("/images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D")
                .json()
                .path("SpaceReclaimed")
                .asLong();
        assertThat(bytes(engine.data().resolve("blobs"))).isZero();
        assertThat(reclaimed).isEqualTo(before);
    }

    @Test
    void imagesTellHowManyContainersTheyHave() throws Exception {
        load(small("x").dockerArchive("x"));
        create("x");
        create("x");
        JsonNode image = engine.get("/images/json").json().path(0);
        assertThat(image.path("Containers").asInt()).isEqualTo(2);
        assertThat(image.path("SharedSize").asInt()).isEqualTo(-1);
        load(small("y").dockerArchive("y"));
        JsonNode shared = engine.get("/images/json?shared-size=1").json().path(0);
        assertThat(shared.path("SharedSize").asInt()).isEqualTo(1000);
    }

    @Test
    void inspectTellsTheConfigurationAsItIsInTheImage() throws Exception {
        load(TestImage.of(BASE)
                .configured(Map.of(
                        "Cmd", List.of("x"), "ArgsEscaped", true, "OnBuild", List.of("RUN y"), "Shell", List.of("s")))
                .dockerArchive("raw:1"));
        JsonNode image = engine.get("/images/raw:1/json").json();
        assertThat(image.path("Config").path("ArgsEscaped").asBoolean()).isTrue();
        assertThat(image.path("Config").path("OnBuild").path(0).asString()).isEqualTo("RUN y");
        assertThat(image.path("Config").path("Shell").path(0).asString()).isEqualTo("s");
        assertThat(image.path("Config").path("Labels").isNull()).isTrue();
        assertThat(image.path("Metadata").path("LastTagTime").asString()).startsWith("20");
        assertThat(image.has("Descriptor")).isFalse();
        assertThat(docker("image", "inspect", "-f", "{{json .Config.Cmd}} {{.Os}} {{.Size}}", "raw:1"))
                .isEqualTo("[\"x\"] linux 1000");
    }

    @Test
    void theManifestIsToldOnceThereIsOne() throws Exception {
        load(small("m").ociArchive("+gzip", "docker.io/library/m:1"));
        JsonNode image = engine.get("/images/m:1/json?manifests=1").json();
        String digest = image.path("Descriptor").path("digest").asString();
        assertThat(image.path("RepoDigests").path(0).asString()).isEqualTo("m@" + digest);
        JsonNode manifest = image.path("Manifests").path(0);
        assertThat(manifest.path("ID").asString()).isEqualTo(digest);
        assertThat(manifest.path("ImageData").path("Size").path("Unpacked").asLong())
                .isEqualTo(1001);
        assertThat(manifest.path("Size").path("Total").asLong())
                .isEqualTo(manifest.path("Size").path("Content").asLong() + 1001);
        assertThat(engine.get("/images/m:1/json").json().has("Manifests")).isFalse();
        assertThat(docker("images", "--digests", "--format", "{{.Digest}}")).isEqualTo(digest);
        assertThat(docker("image", "inspect", "-f", "{{.Id}}", "m@" + digest))
                .isEqualTo(small("m").id());
    }

    @Test
    void aHistoryIsToldAlsoWhereTheImageHasNone() throws Exception {
        load(small("hist").dockerArchive("h:1"));
        JsonNode history = engine.get("/images/h:1/history").json();
        assertThat(history).hasSize(2);
        assertThat(history.path(0).path("Id").asString())
                .isEqualTo(small("hist").id());
        assertThat(history.path(0).path("Tags").path(0).asString()).isEqualTo("h:1");
        assertThat(history.path(0).path("Size").asInt()).isEqualTo(4);
        assertThat(history.path(1).path("Id").asString()).isEqualTo("<missing>");
        assertThat(history.path(1).path("Tags").isNull()).isTrue();
        assertThat(history.path(1).path("Size").asInt()).isEqualTo(1000);
        assertThat(docker("history", "-q", "h:1").lines()).containsExactly(shortId(small("hist")), "<missing>");
        assertThat(error("history", "none")).contains("No such image: none:latest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none | t:1 | No such image: none:latest",
                "x | UPPER | must be lowercase",
                "x | t:-bad | invalid reference format",
                "x | t@sha256:1111111111111111111111111111111111111111111111111111111111111111 | digest reference",
                "x | a//b | invalid reference format",
            })
    void aWrongTagIsRefused(String image, String name, String reason) throws Exception {
        load(small("x").dockerArchive("x"));
        assertThat(error("tag", image, name)).contains(reason);
        assertThat(docker("images", "--format", "{{.Repository}}:{{.Tag}}")).isEqualTo("x:latest");
    }

    @Test
    void aTagIsTakenFromWhoHasIt() throws Exception {
        load(small("x").dockerArchive("x"));
        load(small("y").dockerArchive("y"));
        docker("tag", "x", "reg.example.com:5000/deep/er:1");
        docker("tag", "y", "reg.example.com:5000/deep/er:1");
        assertThat(docker("image", "inspect", "-f", "{{.Id}}", "reg.example.com:5000/deep/er:1"))
                .isEqualTo(small("y").id());
    }

    @Test
    void removalTakesNamesFirstAndTheImageWithTheLastOne() throws Exception {
        load(small("x").dockerArchive("x:1", "x:2"));
        assertThat(docker("rmi", "x:1")).isEqualTo("Untagged: x:1");
        assertThat(docker("rmi", "x:2"))
                .contains("Untagged: x:2", "Deleted: " + small("x").id());
        assertThat(error("rmi", "x:2")).contains("No such image: x:2");
    }

    @Test
    void severalAreRemovedAtOnceAndTheWrongOneIsTold() throws Exception {
        load(small("x").dockerArchive("x"));
        load(small("y").dockerArchive("y"));
        Engine.Run run = engine.docker("rmi", "x", "none", "y");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("Untagged: x:latest", "Untagged: y:latest");
        assertThat(run.errors()).contains("No such image: none:latest");
    }

    @Test
    void anImageInTwoRepositoriesIsRemovedByIdOnlyByForce() throws Exception {
        load(small("x").dockerArchive("x", "z"));
        String id = shortId(small("x"));
        assertThat(error("rmi", id))
                .contains(
                        "unable to delete " + id + " (must be forced) - image is referenced in multiple repositories");
        assertThat(docker("rmi", "-f", id)).contains("Untagged: x:latest", "Untagged: z:latest", "Deleted: ");
    }

    @Test
    void anImageOfAContainerStaysUnlessForced() throws Exception {
        load(small("x").dockerArchive("x"));
        String container = create("x").substring(0, 12);
        assertThat(error("rmi", "x"))
                .contains("unable to remove repository reference \"x\" (must force) - container " + container);
        assertThat(error("rmi", small("x").id())).contains("image is being used by stopped container " + container);
        assertThat(docker("rmi", "-f", "x")).contains("Untagged: x:latest", "Deleted: ");
        assertThat(docker("images", "-aq")).isEmpty();
    }

    @Test
    void byDigestANameGoes() throws Exception {
        load(small("m").ociArchive("+gzip", "docker.io/library/m:1"));
        String name = docker("image", "inspect", "-f", "{{index .RepoDigests 0}}", "m:1");
        assertThat(error("rmi", "m@sha256:" + "1".repeat(64))).contains("No such image: m@sha256:111");
        assertThat(docker("rmi", name))
                .contains("Untagged: m:1", "Deleted: " + small("m").id());
    }

    @Test
    void anImageThatOthersWereMadeOnStaysAsLongAsTheyDo() throws Exception {
        load(small("parent").dockerArchive("parent"));
        byte[] context = new TarBytes()
                .file("Dockerfile", "FROM parent\nLABEL child=yes\n")
                .bytes();
        assertThat(engine.request("POST", "/build?t=child", context).text()).contains("Successfully tagged");
        String parent = small("parent").id();
        assertThat(docker("image", "inspect", "-f", "{{.Parent}}", "child")).isEqualTo(parent);
        assertThat(error("rmi", "-f", parent)).contains("cannot be forced) - image has dependent child images");
        assertThat(docker("rmi", "parent")).isEqualTo("Untagged: parent:latest");
        assertThat(docker("images", "-q").lines()).hasSize(1);
        assertThat(docker("images", "-aq").lines()).hasSize(2);
        assertThat(docker("rmi", "--no-prune", "child")).doesNotContain(parent);
        assertThat(docker("images", "-q").lines()).containsExactly(parent.substring(7, 19));
    }

    @Test
    void searchIsAnsweredInWords() throws Exception {
        assertThat(error("search", "postgres")).contains("keeps no index of the public registry");
        assertThat(engine.get("/images/search?term=x").status()).isEqualTo(501);
        assertThat(engine.get("/images/search").status()).isEqualTo(400);
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            long sum = 0;
            for (Path path : tree.filter(Files::isRegularFile).toList()) {
                sum += Files.size(path);
            }
            return sum;
        }
    }

    @Test
    void diskUsageAddsUpWithTheDisk() throws Exception {
        byte[] noise = new byte[2_000_000];
        new Random(4).nextBytes(noise);
        load(TestImage.of(BASE, new TarBytes().file("noise", noise)).dockerArchive("noise"));
        load(small("y").ociArchive("+gzip", "docker.io/library/y:1"));
        String container = create("y:1");
        docker("volume", "create", "vol");
        Files.write(Path.of(docker("volume", "inspect", "-f", "{{.Mountpoint}}", "vol"), "f"), new byte[5000]);
        JsonNode usage = engine.get("/system/df").json();
        assertThat(usage.path("LayersSize").asLong())
                .isEqualTo(bytes(engine.data().resolve("blobs"))
                        + bytes(engine.data().resolve("layers")));
        assertThat(usage.path("Images")).hasSize(2);
        assertThat(usage.path("Containers").path(0).path("Id").asString()).isEqualTo(container);
        assertThat(usage.path("Volumes").path(0).path("UsageData").path("Size").asLong())
                .isEqualTo(5000);
        assertThat(docker("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}")
                        .lines())
                .contains("Images 2 1", "Containers 1 0", "Local Volumes 1 0", "Build Cache 0 0");
        assertThat(docker("system", "df", "-v")).contains("noise", "2.0");
        docker("volume", "rm", "vol");
    }

    @Test
    void onlyWhatIsAskedForIsMeasured() throws Exception {
        load(small("y").dockerArchive("y"));
        JsonNode usage = engine.get("/system/df?type=volume&type=build-cache").json();
        assertThat(usage.path("Images").isNull() && usage.path("Containers").isNull())
                .isTrue();
        assertThat(usage.path("Volumes").isArray() && usage.path("BuildCache").isArray())
                .isTrue();
        Answer wrong = engine.get("/system/df?type=cheese");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text()).contains("unknown object type: cheese");
    }

    private static JsonNode check(boolean repair) throws IOException {
        Answer answer = engine.post("/api/system/check?repair=" + repair);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> paths(JsonNode report, String state) {
        List<String> paths = new ArrayList<>();
        report.path("entries").forEach(entry -> {
            if (entry.path("state").asString().equals(state)) {
                paths.add(entry.path("path").asString());
            }
        });
        return paths;
    }

    @Test
    void aCheckFindsOrphansAndRemovesThemOnlyWhenAsked() throws Exception {
        load(small("kept").dockerArchive("kept"));
        String container = create("kept");
        docker("volume", "create", "kept");
        List<String> orphans = List.of(
                "blobs/sha256/" + "0".repeat(64),
                "containers/nobody",
                "incoming/nobody",
                "layers/nobody",
                "volumes/nobody");
        Files.writeString(engine.data().resolve(orphans.get(0)), "x");
        for (String orphan : orphans.subList(1, 5)) {
            Files.createDirectories(engine.data().resolve(orphan).resolve("deep/er"));
            Files.writeString(engine.data().resolve(orphan).resolve("deep/f"), "x");
        }
        Files.createDirectories(engine.data().resolve("somebodys"));
        JsonNode found = check(false);
        assertThat(paths(found, "orphan")).isEqualTo(orphans);
        assertThat(paths(found, "missing")).isEmpty();
        assertThat(paths(found, "needed")).contains("containers/" + container).hasSize(2 + 3 + 1 + 1);
        assertThat(found.path("unclaimed").valueStream().map(JsonNode::asString))
                .contains("engine-id", "somebodys");
        assertThat(engine.data().resolve("layers/nobody")).exists();
        assertThat(paths(check(true), "orphan")).isEqualTo(orphans);
        for (String orphan : orphans) {
            assertThat(engine.data().resolve(orphan)).doesNotExist();
        }
        assertThat(engine.data().resolve("somebodys")).exists();
        Files.delete(engine.data().resolve("somebodys"));
        assertThat(paths(check(false), "orphan")).isEmpty();
        docker("volume", "rm", "kept");
    }

    @Test
    void aCheckFindsWhatIsMissingAndForgetsOnlyWhatNothingUses() throws Exception {
        load(small("used").dockerArchive("used"));
        load(small("broken").dockerArchive("broken"));
        create("used");
        for (TestImage image : List.of(small("used"), small("broken"))) {
            Files.delete(engine.data().resolve("blobs/sha256/" + image.id().substring(7)));
        }
        JsonNode found = check(false);
        assertThat(paths(found, "missing")).hasSize(2);
        JsonNode repaired = check(true);
        List<String> done = new ArrayList<>();
        repaired.path("entries").forEach(entry -> {
            if (!entry.path("repaired").asString().isEmpty()) {
                done.add(entry.path("repaired").asString());
            }
        });
        assertThat(done).containsExactly("removed image " + small("broken").id());
        assertThat(docker("images", "--format", "{{.Repository}}")).isEqualTo("used");
        assertThat(paths(check(false), "missing")).hasSize(1);
    }

    @Test
    void aCheckThatRepairsTakesNothingFromWhatIsGoingOn() throws Exception {
        List<Process> loads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            byte[] noise = new byte[8_000_000];
            new Random(i).nextBytes(noise);
            Path archive = Files.createTempFile("check", ".tar");
            Files.write(archive, TestImage.of(new TarBytes().file("n", noise)).dockerArchive("busy:" + i));
            loads.add(engine.startDocker("load", "-q", "-i", archive.toString()));
            archive.toFile().deleteOnExit();
        }
        while (loads.stream().anyMatch(Process::isAlive)) {
            assertThat(paths(check(true), "orphan")).isEmpty();
        }
        for (int i = 0; i < 4; i++) {
            assertThat(engine.finished(loads.get(i)).output()).contains("Loaded image: busy:" + i);
        }
        assertThat(docker("images", "-q").lines()).hasSize(4);
        assertThat(paths(check(false), "missing")).isEmpty();
    }
}
