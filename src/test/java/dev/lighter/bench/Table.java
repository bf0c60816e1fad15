package dev.lighter.bench;

import dev.lighter.bench.Bench.Row;
import dev.lighter.bench.Subject.Figure;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The figures, printed as a table in Markdown: medians, in brackets the number of runs, and how much better than the best peer. */
final class Table {
    private final Map<Row, Map<String, Figure>> figures = new EnumMap<>(Row.class);

    void put(Row row, String name, Figure figure) {
        figures.computeIfAbsent(row, key -> new LinkedHashMap<>()).put(name, figure);
    }

    void print(List<String> subjects) {
        System.out.println("| what | " + String.join(" | ", subjects) + " | others | times the best peer | the bar |");
        System.out.println("|---|" + "---|".repeat(subjects.size()) + "---|---|---|");
        for (Row row : Row.values()) {
            Map<String, Figure> measured = figures.getOrDefault(row, Map.of());
            StringBuilder line = new StringBuilder("| " + row.title() + " |");
            for (String subject : subjects) {
                line.append(' ').append(shown(measured.get(subject))).append(" |");
            }
            StringBuilder others = new StringBuilder();
            measured.forEach((name, figure) -> {
                if (!subjects.contains(name)) {
                    others.append(others.isEmpty() ? "" : "; ")
                            .append(name)
                            .append(": ")
                            .append(shown(figure));
                }
            });
            line.append(' ').append(others.isEmpty() ? "–" : others).append(" | ");
            line.append(ratio(row, measured)).append(" | ").append(row.bar()).append(" |");
            System.out.println(line);
        }
    }

    private static String shown(@org.jspecify.annotations.Nullable Figure figure) {
        if (figure == null) {
            return "–";
        }
        String missing = figure.missing();
        return missing != null ? missing : String.format(Locale.ROOT, "%.4g (%d)", figure.value(), figure.runs());
    }

    private static String ratio(Row row, Map<String, Figure> measured) {
        Figure ours = measured.get("Lighter");
        if (ours == null || ours.missing() != null) {
            return "–";
        }
        OptionalDouble worst = measured.entrySet().stream()
                .filter(entry -> !entry.getKey().equals("Lighter"))
                .filter(entry -> entry.getValue().missing() == null)
                .mapToDouble(entry -> row.ratio(ours.value(), entry.getValue().value()))
                .min();
        return worst.isPresent() ? String.format(Locale.ROOT, "%.1f", worst.getAsDouble()) : "–";
    }
}
