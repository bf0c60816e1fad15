package dev.lighter;

import dev.lighter.start.StartChecks;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplication.AbandonedRunException;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The engine's process. */
@SpringBootApplication
public class Application {
    /** Starts the engine; ends the process with 1, and a sentence that says what to do, when it cannot. */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(Application.class);
        application.addListeners(new StartChecks());
        try {
            application.run(args);
        } catch (AbandonedRunException processedAheadOfTime) {
            throw processedAheadOfTime;
        } catch (RuntimeException alreadyReported) {
            System.exit(1);
        }
    }
}
