package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** The versions of the engine and its parts. The {@code GoVersion} that clients print names the Java runtime. */
record VersionBody(
        @JsonProperty("Platform") Platform platform,
        @JsonProperty("Components") List<Component> components,
        @JsonProperty("Version") String version,

        @JsonProperty("ApiVersion") @Schema(example = "1.51")
        String apiVersion,

        @JsonProperty("MinAPIVersion") @Schema(example = "1.24")
        String minApiVersion,

        @JsonProperty("GitCommit") String gitCommit,
        @JsonProperty("GoVersion") String goVersion,
        @JsonProperty("Os") String os,
        @JsonProperty("Arch") @Schema(example = "amd64") String arch,
        @JsonProperty("KernelVersion") String kernelVersion,
        @JsonProperty("BuildTime") String buildTime) {
    /** The product. */
    record Platform(@JsonProperty("Name") String name) {}

    /** One part. */
    record Component(
            @JsonProperty("Name") String name,
            @JsonProperty("Version") String version,
            @JsonProperty("Details") Details details) {}

    /** More about a part. */
    record Details(
            @JsonProperty("ApiVersion") String apiVersion,
            @JsonProperty("MinAPIVersion") String minApiVersion,
            @JsonProperty("Os") String os,
            @JsonProperty("Arch") String arch,
            @JsonProperty("KernelVersion") String kernelVersion) {}
}
