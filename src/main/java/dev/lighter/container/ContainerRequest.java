package dev.lighter.container;

import dev.lighter.network.EndpointSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for when creating a container; what is null or empty comes from the image or is the default.
 *
 * @param name without or with leading slash; null for a generated one
 * @param entrypoint null for the image's; empty (or one empty string) for none
 * @param cmd null for the image's, unless an entrypoint is given
 * @param endpoints what is asked for on single networks, by their names or ids; the container begins on all of them
 */
public record ContainerRequest(
        @Nullable String name,
        String image,
        @Nullable List<String> entrypoint,
        @Nullable List<String> cmd,
        List<String> env,
        String workingDirectory,
        String user,
        String hostname,
        String domainname,
        Map<String, String> labels,
        String stopSignal,
        @Nullable Integer stopTimeoutSeconds,
        ContainerSpec.Streams streams,
        boolean autoRemove,
        ContainerSpec.Resources resources,
        List<String> capAdd,
        List<String> capDrop,
        List<String> securityOptions,
        boolean readOnlyRoot,
        List<String> groupAdd,
        NetworkOptions network,
        Map<String, EndpointSettings> endpoints,
        String logDriver,
        Map<String, String> logOptions,
        Supervision supervision,
        ContainerSpec.Isolation isolation,
        StorageRequest storage) {}
