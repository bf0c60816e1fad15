package dev.lighter.dashboard;

import dev.lighter.error.EngineException;
import java.util.stream.Stream;

/** A part of a container's page, which has a tab and an address of its own; in the order of the tabs. */
enum Pane {
    LOGS("logs", "Log"),
    TERMINAL("terminal", "Terminal"),
    FILES("files", "Files"),
    NETWORK("network", "Network"),
    ANATOMY("anatomy", "Anatomy");

    private final String word;
    private final String title;

    Pane(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /** Its name in addresses. */
    public String getWord() {
        return word;
    }

    /** What its tab says. */
    public String getTitle() {
        return title;
    }

    /** The pane that an address names. */
    static Pane of(String word) {
        return Stream.of(values())
                .filter(pane -> pane.word.equals(word))
                .findFirst()
                .orElseThrow(() -> EngineException.notFound("A container's page has no part named " + word + "."));
    }
}
