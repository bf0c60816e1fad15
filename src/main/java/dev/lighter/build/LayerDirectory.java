package dev.lighter.build;

import dev.lighter.image.WrittenLayer;
import dev.lighter.kernel.IdRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory that takes what a step writes over an image, to become a layer. */
record LayerDirectory(Workshop workshop, List<Path> layers, Path upper, Path work) {
    static LayerDirectory create(Build build, Workshop workshop, @org.jspecify.annotations.Nullable String imageId)
            throws IOException {
        Path place = Files.createDirectory(build.newPath());
        Path upper = Files.createDirectory(place.resolve("upper"));
        Files.setPosixFilePermissions(upper, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        return new LayerDirectory(
                workshop, workshop.layers(imageId), upper, Files.createDirectory(place.resolve("work")));
    }

    /** The image's files with the directory above them. */
    ImageFiles open() throws IOException {
        return new ImageFiles(workshop.launcher().roots().imageRoot(layers, upper, work));
    }

    /** What was written, to be taken. */
    WrittenLayer written() {
        return new WrittenLayer(upper, true, IdRange.SAME);
    }
}
