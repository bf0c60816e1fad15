package dev.lighter;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The engine's process. */
@SpringBootApplication
public class Application {
    /** Starts the engine. */
    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }
}
