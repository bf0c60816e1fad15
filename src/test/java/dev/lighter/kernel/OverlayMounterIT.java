package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Overlay mounts that are attached nowhere, in both ways of making them. */
class OverlayMounterIT {
    private final OverlayMounter overlays = new OverlayMounter();
    private List<String> mountsBefore;

    @TempDir
    private Path directory;

    @BeforeEach
    void readMounts() throws IOException {
        mountsBefore = Files.readAllLines(Path.of("/proc/self/mountinfo"));
    }

    @AfterEach
    void nothingIsLeftMounted() throws IOException {
        overlays.close();
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo"))).isEqualTo(mountsBefore);
    }

    /** Layers with a file of their own each, and one that each has anew. */
    private List<Path> layers(int count) throws IOException {
        List<Path> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Path layer = Files.createDirectories(directory.resolve("layers/l" + i));
            Files.writeString(layer.resolve("own" + i), "layer " + i);
            Files.writeString(layer.resolve("same"), "from layer " + i);
            layers.add(layer);
        }
        return layers;
    }

    private Path made(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private void assertWhole(Fd mount, int layers) throws IOException {
        Path root = Path.of("/proc/self/fd/" + mount.number());
        assertThat(root.resolve("own0")).hasContent("layer 0");
        assertThat(root.resolve("own" + (layers - 1))).hasContent("layer " + (layers - 1));
        assertThat(root.resolve("same")).hasContent("from layer " + (layers - 1));
        Files.writeString(root.resolve("same"), "changed");
        assertThat(directory.resolve("upper/same")).hasContent("changed");
        assertThat(directory.resolve("layers/l0/same")).hasContent("from layer 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 30, 128})
    void layersLieAboveEachOtherInTheirOrder(int count) throws IOException {
        try (Fd mount = overlays.mount(layers(count), made("upper"), made("work"))) {
            assertWhole(mount, count);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 30, 128})
    void theClassicWayGivesTheSame(int count) throws IOException {
        try (Fd mount = overlays.mountClassic(layers(count), made("upper"), made("work"))) {
            assertWhole(mount, count);
        }
    }

    @Test
    void charactersThatMeanSomethingInOptionsAreTakenAsTheyAre() throws IOException {
        List<Path> layers = List.of(made("layers/a:b"), made("layers/c,d\\e"));
        Files.writeString(layers.get(0).resolve("low"), "low");
        Files.writeString(layers.get(1).resolve("high"), "high");

        try (Fd mount = overlays.mountClassic(layers, made("upper"), made("work"))) {
            Path root = Path.of("/proc/self/fd/" + mount.number());
            assertThat(root.resolve("low")).hasContent("low");
            assertThat(root.resolve("high")).hasContent("high");
        }
    }

    @Test
    void moreLayersThanFitAreRefusedInWords() throws IOException {
        List<Path> layers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            layers.add(made("layers/" + "x".repeat(120) + i));
        }

        assertThatThrownBy(() -> overlays.mountClassic(layers, made("upper"), made("work")))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("40 layers")
                .hasMessageContaining("E2BIG");
    }

    @Test
    void aMissingLayerIsNamed() throws IOException {
        assertThatThrownBy(() -> overlays.mount(List.of(directory.resolve("nowhere")), made("upper"), made("work")))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("ENOENT");
    }
}
