package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerArchives;
import dev.lighter.container.FileStatus;
import dev.lighter.kernel.FileCalls;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Files that go into containers and come out of them, on Docker's paths. */
@RestController
@Tag(name = "Docker: files", description = "Files of containers, as archives")
class ArchiveController {
    private static final String TAR = "application/x-tar";
    private static final String STATUS_HEADER = "X-Docker-Container-Path-Stat";
    private static final JsonMapper JSON = new JsonMapper();

    private final ContainerArchives archives;

    ArchiveController(ContainerArchives archives) {
        this.archives = archives;
    }

    /** What a path is, with the mode as Go's {@code os.FileMode} has it. */
    record PathStatus(
            @JsonProperty("name") String name,
            @JsonProperty("size") long size,
            @JsonProperty("mode") long mode,
            @JsonProperty("mtime") String modified,
            @JsonProperty("linkTarget") String linkTarget) {
        private static final long GO_DIRECTORY = 1L << 31;
        private static final long GO_SYMLINK = 1L << 27;
        private static final long GO_DEVICE = 1L << 26;
        private static final long GO_PIPE = 1L << 25;
        private static final long GO_SOCKET = 1L << 24;
        private static final long GO_SET_UID = 1L << 23;
        private static final long GO_SET_GID = 1L << 22;
        private static final long GO_CHARACTER_DEVICE = 1L << 21;
        private static final long GO_STICKY = 1L << 20;

        static PathStatus of(FileStatus file) {
            return new PathStatus(
                    file.name(),
                    file.size(),
                    goMode(file.mode()),
                    file.modified().toString(),
                    file.linkTarget());
        }

        static long goMode(int mode) {
            long type = switch (mode & FileCalls.TYPE_MASK) {
                case FileCalls.DIRECTORY -> GO_DIRECTORY;
                case FileCalls.SYMLINK -> GO_SYMLINK;
                case FileCalls.BLOCK_DEVICE -> GO_DEVICE;
                case FileCalls.CHARACTER_DEVICE -> GO_DEVICE | GO_CHARACTER_DEVICE;
                case FileCalls.FIFO -> GO_PIPE;
                case FileCalls.REGULAR -> 0;
                default -> GO_SOCKET;
            };
            return type
                    | mode & 0777
                    | ((mode & 04000) == 0 ? 0 : GO_SET_UID)
                    | ((mode & 02000) == 0 ? 0 : GO_SET_GID)
                    | ((mode & 01000) == 0 ? 0 : GO_STICKY);
        }
    }

    private static String header(FileStatus status) {
        return Base64.getEncoder()
                .encodeToString(JSON.writeValueAsString(PathStatus.of(status)).getBytes(StandardCharsets.UTF_8));
    }

    @RequestMapping(path = "/containers/{id}/archive", method = RequestMethod.HEAD)
    @Operation(
            summary = "Ask what a path in a container is",
            description = "The answer is JSON in base64, in the header " + STATUS_HEADER + ".")
    void status(@PathVariable String id, @RequestParam String path, HttpServletResponse response) {
        response.setHeader(STATUS_HEADER, header(archives.status(id, path)));
    }

    @GetMapping("/containers/{id}/archive")
    @Operation(
            summary = "Get files out of a container",
            description =
                    "A tar archive of a file, or of a directory with all below it. A link at the path's end is not"
                            + " followed.")
    @ApiResponse(responseCode = "200", description = "The archive", content = @Content(mediaType = TAR))
    void get(@PathVariable String id, @RequestParam String path, HttpServletResponse response) {
        archives.read(id, path, status -> {
            response.setContentType(TAR);
            response.setHeader(STATUS_HEADER, header(status));
            return response.getOutputStream();
        });
    }

    @PutMapping("/containers/{id}/archive")
    @Operation(
            summary = "Put files into a container",
            description =
                    "The body is a tar archive, also compressed by gzip, bzip2, xz or zstd; the path a directory.")
    void put(
            @PathVariable String id,
            @RequestParam String path,
            @Parameter(description = "Refuse to put a directory in place of something else, or the other way round")
                    @RequestParam(required = false, defaultValue = "")
                    String noOverwriteDirNonDir,
            @Parameter(description = "All of it becomes the container's user's")
                    @RequestParam(required = false, defaultValue = "")
                    String copyUIDGID,
            HttpServletRequest request)
            throws IOException {
        archives.write(id, path, request.getInputStream(), isTrue(noOverwriteDirNonDir), isTrue(copyUIDGID));
    }

    private static boolean isTrue(String value) {
        return value.equals("1") || value.equalsIgnoreCase("true");
    }

    @GetMapping("/containers/{id}/export")
    @Operation(
            summary = "Export a container's filesystem",
            description = "A tar archive of all its files, without what is mounted into it.")
    @ApiResponse(responseCode = "200", description = "The archive", content = @Content(mediaType = TAR))
    void export(@PathVariable String id, HttpServletResponse response) throws IOException {
        archives.status(id, "/");
        response.setContentType(TAR);
        archives.export(id, response.getOutputStream());
    }
}
