package dev.lighter.build;

import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.build.dockerfile.Heredoc;
import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.build.dockerfile.Substitution;
import dev.lighter.error.EngineException;
import dev.lighter.image.ArchiveExtractor.Owner;
import dev.lighter.kernel.Fd;
import dev.lighter.launch.LaunchException;
import dev.lighter.launch.UserLookup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One COPY or ADD: finds what it brings, and writes that into a layer where no earlier build did. Belongs to one thread. */
final class TransferStep {
    private final StageBuild stage;
    private final Instruction.Transfer transfer;
    private final Substitution values;

    TransferStep(StageBuild stage, Instruction.Transfer transfer, Substitution values) {
        this.stage = stage;
        this.transfer = transfer;
        this.values = values;
    }

    void execute() throws IOException {
        String written = values.of(transfer.destination());
        String destination = ConfigDraft.resolved(stage.draft().workingDir(), written);
        boolean inside = written.endsWith("/") || written.endsWith("/.") || written.equals(".");
        String place = inside && !destination.endsWith("/") ? destination + "/" : destination;
        String chown = values.of(transfer.options().owner());
        String chmod = values.of(transfer.options().mode());
        ModeChange mode = ModeChange.parse(transfer.source().line(), chmod);
        try (Transfer bringing = new Transfer(transfer, place)) {
            collect(bringing);
            Digest content = new Digest();
            String kind = bringing.digest(content);
            String sum = content.hex();
            String keyword = transfer.add() ? "ADD" : "COPY";
            String owner = chown.isEmpty() ? "" : "--chown=" + chown + " ";
            String createdBy = "/bin/sh -c #(nop) " + keyword + " " + owner + kind + ":" + sum + " in " + place + " ";
            Digest digest = new Digest()
                    .add(createdBy)
                    .add(chmod)
                    .add(String.valueOf(transfer.options().excluded()))
                    .add(transfer.options().parents() ? 1 : 0);
            String key = stage.key("transfer", digest);
            if (stage.cached(key)) {
                return;
            }
            LayerDirectory layer = LayerDirectory.create(stage.build(), stage.workshop(), stage.imageId());
            Owner whose = owner(chown);
            try (ImageFiles image = layer.open()) {
                bringing.write(image, whose, mode, stage.workshop().extractor());
            }
            stage.made(key, createdBy, layer.written());
        }
    }

    private void collect(Transfer bringing) throws IOException {
        List<Heredoc> files = new ArrayList<>(transfer.files());
        FileSource source = null;
        for (String word : transfer.sources()) {
            Heredoc file = begun(word, files);
            if (file != null) {
                heredoc(bringing, file);
                continue;
            }
            String asked = values.of(word);
            GitAddress repository = transfer.add() ? GitAddress.parse(asked) : null;
            if (repository != null) {
                repository(bringing, repository);
            } else if (transfer.add() && (asked.startsWith("http://") || asked.startsWith("https://"))) {
                url(bringing, asked);
            } else {
                if (source == null) {
                    source = bringing.keep(source());
                }
                bringing.addPaths(source, asked);
            }
        }
    }

    /** The file of the Dockerfile that a source names, if it is one. */
    private static @Nullable Heredoc begun(String word, List<Heredoc> files) {
        return word.startsWith("<<") && !files.isEmpty() ? files.remove(0) : null;
    }

    private FileSource source() throws IOException {
        String from = transfer.options().from();
        if (from.isEmpty()) {
            return new FileSource(Fd.open(stage.build().context(), Fd.O_RDONLY | Fd.O_DIRECTORY, 0), false);
        }
        String image = stage.stages().imageOf(from);
        return stage.workshop()
                .source(image, Files.createDirectory(stage.build().newPath()));
    }

    private FileSource newDirectory(Transfer bringing, Path place) throws IOException {
        return bringing.keep(new FileSource(Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY, 0), false));
    }

    private void heredoc(Transfer bringing, Heredoc file) throws IOException {
        if (file.name().contains("/") || file.name().equals(".") || file.name().equals("..")) {
            throw new DockerfileException(
                    transfer.source().line(), "the heredoc " + file.name() + " has no name that a file could have");
        }
        Path place = Files.createDirectory(stage.build().newPath());
        Path written =
                Files.writeString(place.resolve(file.name()), file.expand() ? values.ofFile(file.text()) : file.text());
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-r--r--"));
        bringing.addFile(newDirectory(bringing, place), file.name(), false);
    }

    private void url(Transfer bringing, String url) throws IOException {
        Path place = Files.createDirectory(stage.build().newPath());
        String name = stage.workshop()
                .remotes()
                .file(url, values.of(transfer.options().checksum()), place);
        bringing.addFile(
                newDirectory(bringing, place),
                name,
                Boolean.TRUE.equals(transfer.options().unpack()));
    }

    private void repository(Transfer bringing, GitAddress address) throws IOException {
        Path place = Files.createDirectory(stage.build().newPath());
        stage.workshop()
                .remotes()
                .repository(
                        address,
                        transfer.options().keepGitDirectory(),
                        values.of(transfer.options().checksum()),
                        place);
        FileSource source = newDirectory(bringing, place);
        if (address.directory().isEmpty()) {
            bringing.addTree(source);
        } else {
            bringing.addPaths(source, address.directory());
        }
    }

    /** Whose the files become; null where nobody is said. A number alone is the group's, too. */
    private @Nullable Owner owner(String chown) {
        if (chown.isEmpty()) {
            return null;
        }
        String both = chown.matches("\\d+") ? chown + ":" + chown : chown;
        try {
            UserLookup.Account account =
                    stage.workshop().users().find(stage.workshop().layers(stage.imageId()), null, both, List.of());
            return new Owner(account.uid(), account.gid());
        } catch (LaunchException e) {
            throw EngineException.invalid("invalid user for --chown=" + chown + ": " + e.getMessage());
        }
    }
}
