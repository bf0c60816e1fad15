package dev.lighter.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds what two images' configurations say differently. */
final class SettingsComparison {
    private record Setting(String field, String key) {}

    private SettingsComparison() {}

    static List<ImageSettingChange> compare(ImageDetails older, ImageDetails newer) {
        Map<Setting, String> before = settings(older);
        Map<Setting, String> after = settings(newer);
        Set<Setting> all = new LinkedHashSet<>(before.keySet());
        all.addAll(after.keySet());
        List<ImageSettingChange> changes = new ArrayList<>();
        for (Setting setting : all) {
            if (!Objects.equals(before.get(setting), after.get(setting))) {
                changes.add(new ImageSettingChange(
                        setting.field(), setting.key(), before.get(setting), after.get(setting)));
            }
        }
        changes.sort(Comparator.comparing(ImageSettingChange::field).thenComparing(ImageSettingChange::key));
        return List.copyOf(changes);
    }

    private static Map<Setting, String> settings(ImageDetails image) {
        ImageConfig config = image.config();
        Map<Setting, String> settings = new LinkedHashMap<>();
        put(settings, "architecture", image.architecture());
        put(settings, "author", image.author());
        put(settings, "os", image.os());
        put(settings, "user", config.user());
        put(settings, "workingDir", config.workingDir());
        put(settings, "stopSignal", config.stopSignal());
        put(settings, "entrypoint", config.entrypoint());
        put(settings, "cmd", config.cmd());
        put(settings, "shell", config.shell());
        put(settings, "onBuild", config.onBuild());
        for (String variable : config.env()) {
            int equals = variable.indexOf('=');
            settings.put(
                    new Setting("env", equals < 0 ? variable : variable.substring(0, equals)),
                    variable.substring(equals + 1));
        }
        config.labels().forEach((name, value) -> settings.put(new Setting("labels", name), value));
        config.exposedPorts().forEach(port -> settings.put(new Setting("exposedPorts", port), ""));
        config.volumes().forEach(volume -> settings.put(new Setting("volumes", volume), ""));
        Healthcheck check = config.healthcheck();
        if (check != null) {
            settings.put(new Setting("healthcheck", ""), words(check));
        }
        return settings;
    }

    private static String words(Healthcheck check) {
        return ImageConfigFile.JSON.writeValueAsString(check);
    }

    private static void put(Map<Setting, String> settings, String field, String value) {
        if (!value.isEmpty()) {
            settings.put(new Setting(field, ""), value);
        }
    }

    private static void put(Map<Setting, String> settings, String field, List<String> value) {
        if (!value.isEmpty()) {
            settings.put(new Setting(field, ""), ImageConfigFile.JSON.writeValueAsString(value));
        }
    }
}
