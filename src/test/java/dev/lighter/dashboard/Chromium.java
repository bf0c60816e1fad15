package dev.lighter.dashboard;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.util.FileSystemUtils;

/**
 * The one headless browser of a process, as its start takes longer than most tests: started for the first of them, ended with the process,
 * used by one at a time.
 */
final class Chromium {
    /** Tells at every start that it does not know so new a browser; nothing here depends on that. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static @Nullable Chromium running;

    private final Path directory;
    private final ChromeDriver driver;

    static {
        SELENIUM.setLevel(Level.SEVERE);
        Runtime.getRuntime().addShutdownHook(new Thread(Chromium::end));
    }

    private Chromium() throws IOException {
        directory = Files.createTempDirectory(Path.of("/var/tmp"), "lighter-browser-");
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                        .withEnvironment(Map.of("TMPDIR", directory.toString()))
                        .build(),
                options);
    }

    /**
     * A new tab that knows nothing of those before it, which are closed: no cookies, no settings, no complaints.
     *
     * @param origin the pages whose stored values are forgotten, too
     */
    static synchronized ChromeDriver newTab(String origin) throws IOException {
        if (running != null) {
            try {
                return running.anew(origin);
            } catch (WebDriverException crashed) {
                end();
            }
        }
        running = new Chromium();
        return running.driver;
    }

    private ChromeDriver anew(String origin) {
        List<String> old = List.copyOf(driver.getWindowHandles());
        String fresh = driver.switchTo().newWindow(WindowType.TAB).getWindowHandle();
        for (String tab : old) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(fresh);
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        driver.executeCdpCommand("Storage.clearDataForOrigin", Map.of("origin", origin, "storageTypes", "all"));
        driver.manage().logs().get(LogType.BROWSER);
        return driver;
    }

    private static synchronized void end() {
        Chromium ending = running;
        running = null;
        if (ending != null) {
            try {
                ending.driver.quit();
                FileSystemUtils.deleteRecursively(ending.directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
