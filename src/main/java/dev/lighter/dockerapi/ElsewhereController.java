package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Docker's paths for what other engines are for: clients are told in words. The docker command line goes on to other kinds of objects where it
 * reads {@code not supported}, as {@code docker inspect} must.
 */
@RestController
@Hidden
class ElsewhereController {
    /** There are none, which clients ask before other things. */
    @GetMapping("/plugins")
    List<String> plugins() {
        return List.of();
    }

    @RequestMapping("/plugins/{*rest}")
    void plugin() {
        throw EngineException.notImplemented(
                "plugins are not supported by this engine: its log, volume and network drivers are built in");
    }

    @RequestMapping({
        "/swarm/{*rest}",
        "/nodes/{*rest}",
        "/services/{*rest}",
        "/tasks/{*rest}",
        "/secrets/{*rest}",
        "/configs/{*rest}"
    })
    void swarm() {
        throw EngineException.notImplemented(
                "swarm mode is not supported by this engine: it runs the containers of one host,"
                        + " with docker run or compose");
    }
}
