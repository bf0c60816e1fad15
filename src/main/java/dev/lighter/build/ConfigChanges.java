package dev.lighter.build;

import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.build.dockerfile.InstructionParser;
import dev.lighter.build.dockerfile.Substitution;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageConfig;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Changes an image's configuration by single instructions, as {@code docker commit --change} and {@code docker import --change} have them. */
public final class ConfigChanges {
    private static final Set<String> POSSIBLE = Set.of(
            "CMD",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "HEALTHCHECK",
            "LABEL",
            "ONBUILD",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");

    private ConfigChanges() {}

    /** The configuration after the changes, in order. Fails with INVALID, naming the change, where one is no such instruction. */
    public static ImageConfig apply(ImageConfig config, List<String> changes) {
        InstructionParser parser = new InstructionParser('\\');
        ConfigDraft draft = new ConfigDraft(config);
        for (String change : changes) {
            String keyword = change.strip().split("\\s", 2)[0].toUpperCase(Locale.ROOT);
            if (!POSSIBLE.contains(keyword)) {
                throw EngineException.invalid(keyword + " is not a valid change command");
            }
            try {
                Instruction instruction = parser.parse(change);
                String ignored = draft.apply(
                        instruction,
                        new Substitution(0, '\\', name -> draft.env().get(name)));
            } catch (DockerfileException e) {
                throw EngineException.invalid("the change \"" + change + "\": " + e.reason());
            }
        }
        return draft.config();
    }
}
