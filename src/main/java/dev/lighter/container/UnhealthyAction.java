package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.util.Locale;
import java.util.Map;

/** What is done about a container that turns unhealthy, as its annotation {@value #NAME}, or else its label, says. */
enum UnhealthyAction {
    NONE,
    RESTART,
    STOP,
    KILL;

    static final String NAME = "lighter.unhealthy.action";

    /** What a specification says; nothing is to be done when it does not. Fails when it says anything else. */
    static UnhealthyAction of(ContainerSpec spec) {
        Map<String, String> annotations = spec.isolation().notes().annotations();
        boolean annotated = annotations.containsKey(NAME);
        String word = (annotated ? annotations : spec.labels()).getOrDefault(NAME, "none");
        for (UnhealthyAction action : values()) {
            if (action.word().equals(word)) {
                return action;
            }
        }
        throw EngineException.invalid((annotated ? "HostConfig.Annotations: " : "Labels: ") + NAME
                + ": unknown action \"" + word + "\": use none, restart, stop or kill");
    }

    /** The word that stands for it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
