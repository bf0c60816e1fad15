package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A tab on an engine's pages, with cookies of its own; one at a time. Elements are waited for, as pages change by themselves. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String origin;
    private final ChromeDriver driver;
    private final WebDriverWait patience;

    Browser(Engine engine) throws IOException {
        origin = "http://127.0.0.1:" + engine.port();
        driver = Chromium.newTab(origin);
        patience = new WebDriverWait(driver, PATIENCE);
        // A page that is being left answers in many ways that its elements are gone; what stays wrong is told at the
        // end of patience.
        patience.ignoring(WebDriverException.class);
        resize(1440, 900);
    }

    /** A browser that the administrator has signed in with. */
    static Browser signedIn(Engine engine) throws IOException {
        Browser browser = new Browser(engine);
        browser.signIn(engine.password());
        browser.see("h1", "Containers");
        return browser;
    }

    void signIn(String password) {
        open("/ui/sign-in");
        type("#username", "admin");
        type("#password", password + Keys.ENTER);
    }

    void open(String path) {
        driver.get(origin + path);
    }

    /** Opens a page anew, also when the present address differs in nothing but what follows the #. */
    void reopen(String path) {
        driver.get("about:blank");
        open(path);
    }

    /** The text of a page in a browser that runs no scripts. */
    String withoutScript(String path) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        try {
            open(path);
            return text("main");
        } finally {
            driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", false));
        }
    }

    /** Opens a page whose content the script fetches, and waits until it is there. */
    void openLive(String path) {
        open(path);
        find("body[data-ready=true]");
    }

    String path() {
        return driver.getCurrentUrl().replaceFirst("^https?://[^/]+", "");
    }

    /** The first element that matches and can be seen. */
    WebElement find(String selector) {
        return patience.until(now -> now.findElements(By.cssSelector(selector)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElse(null));
    }

    /** Waits until an element with this text can be seen; gives it. */
    WebElement see(String selector, String text) {
        return patience.withMessage(() -> "no " + selector + " with \"" + text + "\" in: " + text("main"))
                .until((ExpectedCondition<WebElement>) now -> now.findElements(By.cssSelector(selector)).stream()
                        .filter(element ->
                                element.isDisplayed() && element.getText().contains(text))
                        .findFirst()
                        .orElse(null));
    }

    /** Waits until no element that matches and has this text can be seen. */
    void seeNo(String selector, String text) {
        patience.withMessage(() -> "still a " + selector + " with \"" + text + "\"")
                .until(now -> now.findElements(By.cssSelector(selector)).stream()
                        .noneMatch(element ->
                                element.isDisplayed() && element.getText().contains(text)));
    }

    /** The row of a list that has this text. */
    WebElement row(String text) {
        return see("tbody tr", text);
    }

    void click(String selector) {
        find(selector).click();
    }

    void type(String selector, String text) {
        find(selector).sendKeys(text);
    }

    /** Gives a file to an input for files, which pages hide. */
    void choose(String selector, String file) {
        driver.findElement(By.cssSelector(selector)).sendKeys(file);
    }

    /** Presses keys where the focus is. */
    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** Moves the focus with Tab until it is on what matches; fails when it never gets there. */
    void tabTo(String selector) {
        for (int pressed = 0; pressed < 60; pressed++) {
            WebElement focus = driver.switchTo().activeElement();
            if (Boolean.TRUE.equals(script("return arguments[0].matches(arguments[1])", focus, selector))) {
                assertThat(script("return getComputedStyle(arguments[0]).outlineStyle", focus))
                        .as("the focus on %s can be seen", selector)
                        .isNotEqualTo("none");
                return;
            }
            focus.sendKeys(Keys.TAB);
        }
        throw new AssertionError("Tab does not lead to " + selector + " on " + path());
    }

    String text(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    Object script(String script, Object... arguments) {
        Object result = driver.executeScript(script, arguments);
        return result == null ? "" : result;
    }

    void await(String what, String script) {
        patience.withMessage(what).until(now -> Boolean.TRUE.equals(script(script)));
    }

    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    void prefer(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** What the browser complained about since the last call: scripts that failed, content that the policy refused, missing files. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .toList();
    }

    /** Leaves the page, whose connections to the engine end. */
    @Override
    public void close() {
        driver.get("about:blank");
    }
}
