package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.image.HostImage;
import dev.lighter.image.HostImages;
import dev.lighter.team.Identity;
import dev.lighter.team.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Images made of this host's own files. */
@RestController
@Tag(name = "Images", description = "Images, in Lighter's own words")
class HostImagesResource {
    private static final int MOST_LEFT_OUT = 100;

    private final HostImages images;

    HostImagesResource(HostImages images) {
        this.images = images;
    }

    /** An image that was made of the host's files. */
    @Schema(name = "HostImage")
    record HostImageAnswer(
            @Schema(example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
            String id,

            @Schema(example = "postgres:15") String name,
            long sizeBytes,

            @Schema(description = "Files and links") int files,

            @Schema(example = "[\"postgresql-15 15.8-0+deb12u1\"]")
            List<String> packages,

            @Schema(description = "Whom its /etc/passwd knows", example = "[\"root\", \"postgres\", \"nobody\"]")
            List<String> users,

            @Schema(description = "What was kept back; the first " + MOST_LEFT_OUT)
            List<LeftOut> leftOut,

            @Schema(description = "How many were kept back") int leftOutTotal) {
        static HostImageAnswer of(HostImage image) {
            return new HostImageAnswer(
                    image.id(),
                    image.name(),
                    image.sizeBytes(),
                    image.files(),
                    image.packages(),
                    image.users(),
                    image.leftOut().entrySet().stream()
                            .limit(MOST_LEFT_OUT)
                            .map(one -> new LeftOut(one.getKey(), one.getValue()))
                            .toList(),
                    image.leftOut().size());
        }
    }

    /** Something of the host that did not become part of an image. */
    @Schema(name = "LeftOut")
    record LeftOut(
            @Schema(example = "/etc/ssl/private/ssl-cert-snakeoil.key")
            String path,

            @Schema(example = "it is a private key") String reason) {}

    @PostMapping("/api/images/host")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Make an image of the host's files", description = """
            Of commands, of files and directories, and of packages as they are installed here, with all that these need: \
            libraries, interpreters, links, the users who own them. Owners and permissions stay. Manuals are left out, and so \
            are passwords' hashes, private keys, credentials and whatever the kernel makes; a directory may hold secrets \
            that nobody can recognise, so look at what an image has before you give it away. Files that packages write when they are \
            installed, such as /etc/ssl/certs, belong to no package: name them in paths. The same files give the same id.

            For administrators only. On the machine itself:

                curl --unix-socket /run/lighter/lighter.sock -H 'Content-Type: application/json' http://lighter/api/images/host \\
                  -d '{"name": "postgres:15", "packages": ["postgresql-15"], "user": "postgres"}'
                docker run --rm postgres:15 /usr/lib/postgresql/15/bin/postgres --version
            """)
    @ApiResponse(responseCode = "201", description = "The image, and what was kept back")
    HostImageAnswer make(@AuthenticationPrincipal Identity identity, @Valid @RequestBody NewHostImage wanted) {
        if (identity.account().role() != Role.ADMINISTRATOR) {
            throw EngineException.forbidden("only administrators make images of the host's files");
        }
        return HostImageAnswer.of(images.make(wanted.toRequest()));
    }
}
