package dev.lighter.api;

import dev.lighter.container.FileBrowser;
import dev.lighter.error.EngineException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The files of containers, running or not. */
@RestController
@RequestMapping("/api/containers/{id}/files")
@Tag(name = "Containers")
class FilesResource {
    private static final int MOST_ENTRIES = 10_000;
    private static final String TAR = "application/x-tar";

    private final FileBrowser files;

    FilesResource(FileBrowser files) {
        this.files = files;
    }

    @GetMapping
    @Operation(
            summary = "List a directory of a container",
            description =
                    "Links in the path are followed, within the container. Works whether the container runs or not.")
    DirectoryAnswer list(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "Of the directory, in the container", example = "/etc")
                    @RequestParam(defaultValue = "/")
                    String path,
            @Parameter(description = "As many entries at most, up to 10000") @RequestParam(defaultValue = "2000")
                    int limit) {
        if (limit < 1 || limit > MOST_ENTRIES) {
            throw EngineException.invalid("limit must be from 1 to " + MOST_ENTRIES);
        }
        return DirectoryAnswer.of(files.list(id, path, limit));
    }

    @GetMapping("/content")
    @Operation(
            summary = "Download a file of a container",
            description =
                    "Its bytes; of a directory a tar archive of all in it. Links are followed, within the container.")
    @ApiResponse(
            responseCode = "200",
            description = "The file, or the archive",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                        schema = @Schema(type = "string", format = "binary")),
                @Content(mediaType = TAR, schema = @Schema(type = "string", format = "binary"))
            })
    void read(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "Of the file, in the container", example = "/etc/hostname") @RequestParam
                    String path,
            HttpServletResponse response) {
        files.read(id, path, (name, archive, size) -> {
            response.setContentType(archive ? TAR : MediaType.APPLICATION_OCTET_STREAM_VALUE);
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION,
                    ContentDisposition.attachment()
                            .filename(name, StandardCharsets.UTF_8)
                            .build()
                            .toString());
            if (size > 0) {
                response.setContentLengthLong(size);
            }
            return response.getOutputStream();
        });
    }

    @PutMapping(path = "/content", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Operation(
            summary = "Upload a file into a container",
            description =
                    "As a whole: until the last byte is there the container sees nothing of it. Takes the place of a file"
                            + " or a link of the name; a file's owner and permissions stay, a new one belongs to whom its directory"
                            + " belongs.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            description = "The file's bytes",
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                                            schema = @Schema(type = "string", format = "binary"))))
    FileAnswer write(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "Of the file, in the container", example = "/tmp/data.csv") @RequestParam
                    String path,
            HttpServletRequest request)
            throws IOException {
        return FileAnswer.of(files.write(id, path, request.getInputStream()));
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Remove a file of a container",
            description =
                    "A file, a link itself, or a directory. Nothing of a directory is removed where something is mounted in"
                            + " it, or where it has more than 100000 files.")
    @ApiResponse(responseCode = "204", description = "It is gone")
    void remove(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "Of the file, in the container", example = "/tmp/data.csv") @RequestParam
                    String path,
            @Parameter(description = "Whether a directory goes with all that is in it; otherwise it must be empty")
                    @RequestParam(defaultValue = "false")
                    boolean recursive) {
        files.remove(id, path, recursive);
    }
}
