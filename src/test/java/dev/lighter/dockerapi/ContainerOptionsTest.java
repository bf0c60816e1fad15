package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.error.EngineException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/** The table of what a container can be asked to be says what is true. */
class ContainerOptionsTest {
    private static final Path TABLE = Path.of("docs/container-options.md");
    private static final Path REFERENCE = Path.of("../shared/reference/docker-api-v1.51.yaml");
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (works|refused) \\| (.+) \\|");
    private static final List<String> PARTS = List.of("ContainerConfig", "HostConfig", "Resources");
    private static final JsonMapper JSON = new JsonMapper();

    /** What the table promises and the engine does not do yet; a field that it knows must not be here. */
    private static final Set<String> NOT_YET = Set.of("UsernsMode");

    /** The rows of each part: fields with {@code works} or {@code refused}. */
    private static Map<String, Map<String, String>> table() throws IOException {
        Map<String, Map<String, String>> parts = new LinkedHashMap<>();
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(TABLE)) {
            if (line.startsWith("## ")) {
                rows = new LinkedHashMap<>();
                parts.put(line.replaceFirst("[^`]*`(\\w+)`.*", "$1"), rows);
            }
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(rows.put(row.group(1), row.group(2))).as(line).isNull();
            } else {
                assertThat(line).doesNotStartWith("| `");
            }
        }
        assertThat(parts.keySet()).containsExactlyElementsOf(PARTS);
        return parts;
    }

    private static Set<String> known(Class<?> body) {
        Set<String> names = new TreeSet<>();
        for (Class<?> one = body; one != Object.class; one = one.getSuperclass()) {
            for (Field field : one.getDeclaredFields()) {
                JsonProperty property = field.getAnnotation(JsonProperty.class);
                if (property != null) {
                    names.add(property.value());
                }
            }
        }
        return names;
    }

    private static Class<?> body(String part) {
        return part.equals("ContainerConfig") ? CreateBody.class : HostConfigBody.class;
    }

    @Test
    void whatWorksIsKnownToTheBodyOfTheRequest() throws Exception {
        table().forEach((part, rows) -> rows.forEach((field, state) -> {
            if (state.equals("works")) {
                boolean known = known(body(part)).contains(field);
                assertThat(known).as(part + "." + field).isEqualTo(!NOT_YET.contains(field));
            }
        }));
    }

    @Test
    void whatIsRefusedIsRefusedByName() throws Exception {
        table().forEach((part, rows) -> rows.forEach((field, state) -> {
            if (state.equals("refused")) {
                String value = field.equals("DeviceRequests") ? "[{\"Driver\":\"x\"}]" : "\"x\"";
                String asked = "\"" + field + "\":" + value;
                String json = part.equals("ContainerConfig")
                        ? "{\"Image\":\"app\"," + asked + "}"
                        : "{\"Image\":\"app\",\"HostConfig\":{" + asked + "}}";
                CreateBody body = JSON.readValue(json, CreateBody.class);
                assertThatThrownBy(() -> body.toRequest("web", 51))
                        .as(field)
                        .isInstanceOfSatisfying(
                                EngineException.class,
                                e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID))
                        .hasMessageContaining(field);
            }
        }));
    }

    @Test
    void everyFieldOfTheReferenceHasARow() throws Exception {
        boolean there = Files.exists(REFERENCE);
        if (!there) {
            System.out.println("skipped: no reference file");
        }
        assumeThat(there).as("skipped: no reference file").isTrue();
        Map<String, Object> definitions = map(map(new Yaml().load(Files.readString(REFERENCE))).get("definitions"));
        Map<String, Map<String, String>> table = table();
        for (String part : PARTS) {
            Set<String> fields = fields(map(definitions.get(part)));
            assertThat(fields).as(part).hasSizeGreaterThan(20);
            assertThat(table.get(part).keySet()).as(part).containsExactlyInAnyOrderElementsOf(fields);
        }
    }

    private static Set<String> fields(Map<String, Object> definition) {
        Set<String> fields = new TreeSet<>();
        if (definition.get("properties") != null) {
            fields.addAll(map(definition.get("properties")).keySet());
        }
        if (definition.get("allOf") instanceof List<?> parts) {
            parts.forEach(part -> fields.addAll(fields(map(part))));
        }
        return fields;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
