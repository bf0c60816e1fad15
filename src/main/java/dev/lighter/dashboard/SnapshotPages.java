package dev.lighter.dashboard;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The page on snapshots of containers; its script asks for what is on it. */
@Controller
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class SnapshotPages {
    @GetMapping("/ui/snapshots")
    @Operation(summary = "The page of all snapshots", description = "What they are of, and copies made of them.")
    String list() {
        return "snapshots/list";
    }
}
