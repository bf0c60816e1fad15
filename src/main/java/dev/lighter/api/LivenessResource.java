package dev.lighter.api;

import dev.lighter.http.Surface;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The liveness probe, the one answer that is for everybody. */
@RestController
@Tag(name = "System")
class LivenessResource {
    @GetMapping(path = Surface.LIVENESS, produces = MediaType.TEXT_PLAIN_VALUE)
    @SecurityRequirements
    @Operation(
            summary = "Ask whether the engine lives",
            description = "Needs no authentication and tells nothing else.")
    String live() {
        return "ok\n";
    }
}
