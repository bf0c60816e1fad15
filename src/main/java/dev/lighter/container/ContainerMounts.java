package dev.lighter.container;

import dev.lighter.container.MountPoint.Kind;
import dev.lighter.container.MountRules.Planned;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageService;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.LaunchMount;
import dev.lighter.launch.LaunchMount.ReadOnly;
import dev.lighter.volume.ContainerVolumes;
import dev.lighter.volume.ContainerVolumes.Wanted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is mounted into containers: decided at creation, opened at start. Calls about one container come under its lock. */
final class ContainerMounts {
    private final ContainerRegistry registry;
    private final ContainerVolumes volumes;
    private final ImageService images;
    private final ContainerLauncher launcher;

    ContainerMounts(
            ContainerRegistry registry, ContainerVolumes volumes, ImageService images, ContainerLauncher launcher) {
        this.registry = registry;
        this.volumes = volumes;
        this.images = images;
        this.launcher = launcher;
    }

    /** The mounts of a container that is being created, and what it claims of volumes. */
    record Claimed(List<MountPoint> mounts, ContainerVolumes.Claim claim) {}

    /** Decides what a new container gets, in Docker's order: other containers' mounts, its own in place of these, then what the image asks for. */
    Claimed claim(String id, StorageRequest request, List<String> imageVolumes) {
        Map<String, Planned> own = MountRules.none();
        for (String bind : request.binds()) {
            MountRules.add(own, MountRules.bind(bind, request.volumeDriver()));
        }
        for (StorageRequest.MountRequest mount : request.mounts()) {
            MountRules.add(own, resolved(MountRules.mount(mount, request.volumeDriver())));
        }
        request.tmpfs().forEach((target, options) -> MountRules.add(own, MountRules.tmpfs(target, options)));
        Map<String, Planned> all = MountRules.none();
        for (String other : request.volumesFrom()) {
            inherited(other).forEach(planned -> all.put(planned.point().target(), planned));
        }
        all.putAll(own);
        Set<String> places = new LinkedHashSet<>(request.volumes());
        places.addAll(imageVolumes);
        for (String place : places) {
            Planned planned = MountRules.anonymous(place, request.volumeDriver());
            all.putIfAbsent(planned.point().target(), planned);
        }
        List<Wanted> wanted = new ArrayList<>();
        for (Planned planned : all.values()) {
            Wanted volume = planned.volume();
            if (volume != null) {
                wanted.add(volume);
            }
        }
        ContainerVolumes.Claim claim = volumes.claim(id, wanted);
        List<MountPoint> points = new ArrayList<>();
        int next = 0;
        for (Planned planned : all.values()) {
            points.add(
                    planned.volume() == null
                            ? planned.point()
                            : planned.point().from(claim.ids().get(next++)));
        }
        return new Claimed(List.copyOf(points), claim);
    }

    /** A mount of the longer form, whose source must be there already at creation. */
    private Planned resolved(Planned planned) {
        MountPoint point = planned.point();
        if (point.kind() == Kind.IMAGE) {
            return new Planned(point.from(images.get(point.source()).id()), null);
        }
        if (point.kind() == Kind.BIND && !point.createSource() && !Files.exists(Path.of(point.source()))) {
            throw EngineException.invalid(
                    "invalid mount config for type \"bind\": bind source path does not exist: " + point.source());
        }
        return planned;
    }

    private List<Planned> inherited(String reference) {
        int colon = reference.indexOf(':');
        String mode = colon < 0 ? "rw" : reference.substring(colon + 1);
        if (!mode.equals("ro") && !mode.equals("rw") && !mode.equals("z") && !mode.equals("Z")) {
            throw EngineException.invalid("invalid mode: " + mode + ": VolumesFrom takes name:ro or name:rw");
        }
        Container other = registry.find(colon < 0 ? reference : reference.substring(0, colon));
        return other.spec.storage().mounts().stream()
                .filter(point -> point.kind() == Kind.VOLUME || point.kind() == Kind.BIND)
                .map(point -> point.inherited(!mode.equals("ro")))
                .map(point -> new Planned(point, point.kind() == Kind.VOLUME ? Wanted.ofId(point.source()) : null))
                .toList();
    }

    /** Fills volumes that nobody has used yet with what the image has in their place. */
    void fill(ContainerSpec spec) {
        for (MountPoint point : spec.storage().mounts()) {
            if (point.kind() == Kind.VOLUME && point.copied() && volumes.isFresh(point.source())) {
                volumes.fill(point.source(), () -> imageContent(spec, point.target()));
            }
        }
    }

    private @Nullable Fd imageContent(ContainerSpec spec, String path) throws IOException {
        try (Fd root = launcher.roots().imageRoot(images.layerDirectories(spec.imageId()))) {
            Fd found = FileCalls.openInRoot(root, path.getBytes(StandardCharsets.UTF_8), Fd.O_PATH);
            try (found) {
                return FileCalls.status(found).isDirectory() ? FileCalls.openDirectory(found, new byte[] {'.'}) : null;
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                return null;
            }
            throw e;
        }
    }

    /** What is mounted into a container that is about to start. Fails with the volume or path that cannot be had. */
    List<LaunchMount> open(Container container) {
        if (container.spec.storage().mounts().isEmpty()) {
            return List.of();
        }
        fill(container.spec);
        List<LaunchMount> mounts = new ArrayList<>();
        for (MountPoint point : container.spec.storage().mounts()) {
            if (point.kind() == Kind.VOLUME) {
                Path path = volumes.open(point.source(), container.id, point.target(), !point.writable());
                mounts.add(mount(point, new LaunchMount.HostPath(path, point.subpath())));
            } else {
                if (point.createSource()) {
                    makeSource(point);
                }
                mounts.add(look(point));
            }
        }
        return mounts;
    }

    private static void makeSource(MountPoint point) {
        Path source = Path.of(point.source());
        if (Files.exists(source)) {
            return;
        }
        try {
            Files.createDirectories(source);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "error while creating mount source path '" + source + "': mkdir " + source + ": " + e.getMessage(),
                    e);
        }
    }

    /** The same for somebody who only looks at its files. */
    List<LaunchMount> look(Container container) {
        return container.spec.storage().mounts().stream()
                .filter(point -> point.kind() != Kind.TMPFS)
                .filter(point -> point.kind() != Kind.BIND || Files.exists(Path.of(point.source())))
                .map(this::look)
                .toList();
    }

    private LaunchMount look(MountPoint point) {
        return switch (point.kind()) {
            case BIND -> mount(point, new LaunchMount.HostPath(Path.of(point.source()), point.subpath()));
            case VOLUME -> mount(point, new LaunchMount.HostPath(volumes.look(point.source()), point.subpath()));
            case TMPFS -> mount(point, new LaunchMount.Memory(point.options()));
            case IMAGE ->
                mount(point, new LaunchMount.Layers(images.layerDirectories(point.source()), point.subpath()));
        };
    }

    private LaunchMount mount(MountPoint point, LaunchMount.Source source) {
        boolean closed = point.kind() == Kind.VOLUME && volumes.isReadOnly(point.source());
        return new LaunchMount(
                source,
                point.target(),
                point.attributes(),
                point.recursive(),
                closed ? ReadOnly.ALL : point.readOnly(),
                point.propagation());
    }

    /** A container has ended, or has not started. */
    void ended(Container container) {
        if (!container.spec.storage().mounts().isEmpty()) {
            volumes.ended(container.id);
        }
    }

    /** The volumes of a container, by their ids. */
    static List<String> volumesOf(ContainerSpec spec) {
        return spec.storage().mounts().stream()
                .filter(point -> point.kind() == Kind.VOLUME)
                .map(MountPoint::source)
                .toList();
    }
}
