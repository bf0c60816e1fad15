package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.process.ProcessList;
import java.util.List;

/** The processes of a container. */
record TopAnswer(
        @JsonProperty("Titles") List<String> titles,
        @JsonProperty("Processes") List<List<String>> processes) {
    static TopAnswer of(ProcessList list) {
        return new TopAnswer(list.headings(), list.processes());
    }
}
