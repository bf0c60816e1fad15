package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.util.Locale;
import java.util.Map;

/** What is done about a container that turns unhealthy, as its label {@value #LABEL} says. */
enum UnhealthyAction {
    NONE,
    RESTART,
    STOP,
    KILL;

    static final String LABEL = "lighter.unhealthy.action";

    /** What the labels say; nothing is to be done when they do not. Fails when they say anything else. */
    static UnhealthyAction of(Map<String, String> labels) {
        String word = labels.getOrDefault(LABEL, "none");
        for (UnhealthyAction action : values()) {
            if (action.word().equals(word)) {
                return action;
            }
        }
        throw EngineException.invalid(
                "Labels: " + LABEL + ": unknown action \"" + word + "\": use none, restart, stop or kill");
    }

    /** The word that stands for it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
