package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.delete;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerState.Status;
import dev.lighter.error.EngineException;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkService;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class NetworkControllerTest {
    private final NetworkService networks = mock(NetworkService.class);
    private final ContainerService containers = mock(ContainerService.class);
    private final MockMvc server = MockMvcBuilders.standaloneSetup(new NetworkController(networks, containers))
            .setControllerAdvice(new DockerErrorAdvice())
            .build();

    @BeforeEach
    void twoNetworks() {
        when(networks.list()).thenReturn(List.of(Examples.network("bridge"), Examples.network("shop-front")));
        when(networks.get("shop-front")).thenReturn(Examples.network("shop-front"));
        when(networks.endpoints(Examples.NETWORK_ID)).thenReturn(List.of(Examples.endpoint("shop-front", true)));
        when(containers.list()).thenReturn(List.of(Examples.container(Status.RUNNING, Examples.options("shop-front"))));
    }

    private ResultActions send(String path, String body) throws Exception {
        return server.perform(post(path).contentType(MediaType.APPLICATION_JSON).content(body));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                        | 2
            {"name":["front"]}                        | 1
            {"name":["^shop.*nt$","nothing"]}         | 1
            {"name":["["]}                            | 0
            {"id":["1a1a"]}                           | 2
            {"id":["1a1b"]}                           | 0
            {"driver":["bridge"]}                     | 2
            {"driver":["brid"]}                       | 0
            {"scope":["local"]}                       | 2
            {"scope":["swarm"]}                       | 0
            {"type":["custom"]}                       | 1
            {"type":["builtin"]}                      | 1
            {"type":["builtin","custom"]}             | 2
            {"label":["team"]}                        | 2
            {"label":["team=a"]}                      | 2
            {"label":["team=b"]}                      | 0
            {"dangling":["true"]}                     | 0
            {"dangling":["0"]}                        | 2
            {"name":{"shop":true},"type":{"custom":true}} | 1
            """)
    void listsAreFilteredByDockersRules(String filters, int found) throws Exception {
        server.perform(get("/networks").param("filters", filters))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.length()").value(found));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"color":["red"]}             | invalid filter 'color'
            {"type":["some"]}             | invalid filter: 'type'='some'
            {"dangling":["perhaps"]}      | invalid filter 'dangling=[perhaps]'
            """)
    void otherFiltersAreRefused(String filters, String message) throws Exception {
        server.perform(get("/networks").param("filters", filters))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.message").value(message));
    }

    @Test
    void listsLeaveContainersOutAndInspectionHasThem() throws Exception {
        server.perform(get("/networks")).andExpect(jsonPath("$[1].Containers").isEmpty());
        server.perform(get("/networks/shop-front").param("verbose", "true").param("scope", "local"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.Containers." + Examples.CONTAINER_ID + ".Name")
                        .value("web"));
        server.perform(get("/networks/shop-front").param("scope", "swarm"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.message").value("network shop-front not found"));
    }

    @Test
    void creatingAnswers201WithTheId() throws Exception {
        when(networks.create(any())).thenReturn(Examples.network("new"));
        send("/networks/create", "{\"Name\":\"new\"}")
                .andExpect(status().isCreated())
                .andExpect(content().json("{\"Id\":\"" + Examples.NETWORK_ID + "\",\"Warning\":\"\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Name\":[]}", "{\"Name\":\"n\",\"Ingress\":true}", "[]", "{", ""})
    void bodiesThatMakeNoSenseReachNobody(String body) throws Exception {
        for (String path : List.of("/networks/create", "/networks/x/connect", "/networks/x/disconnect")) {
            String sent = body.replace("Name", path.endsWith("create") ? "Name" : "Container");
            send(path, sent)
                    .andExpect(status().isBadRequest())
                    .andExpect(jsonPath("$.message").isNotEmpty());
        }
        verifyNoInteractions(networks);
    }

    @Test
    void wrongTypesAreNamed() throws Exception {
        send("/networks/create", "{\"Name\":\"n\",\"IPAM\":{\"Config\":[{\"Subnet\":{}}]}}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.message")
                        .value("invalid JSON: IPAM.Config.[0].Subnet does not have the expected type: text in quotes"));
    }

    @Test
    void removingAnswers204AndFailuresKeepTheirKind() throws Exception {
        server.perform(delete("/networks/shop-front")).andExpect(status().isNoContent());
        verify(networks).remove("shop-front");
        doThrow(EngineException.forbidden("bridge is a pre-defined network and cannot be removed"))
                .when(networks)
                .remove("bridge");
        server.perform(delete("/networks/bridge")).andExpect(status().isForbidden());
    }

    @Test
    void containersGoOnAndOffNetworks() throws Exception {
        send("/networks/shop-front/connect", "{\"Container\":\"web\",\"EndpointConfig\":{}}")
                .andExpect(status().isOk());
        verify(containers).connect("shop-front", "web", EndpointSettings.NONE);
        send("/networks/shop-front/disconnect", "{\"Container\":\"web\",\"Force\":true}")
                .andExpect(status().isOk());
        verify(containers).disconnect("shop-front", "web", true);
    }

    @Test
    void pruningChoosesByAgeAndLabels() throws Exception {
        when(networks.prune(any())).thenReturn(List.of(Examples.network("shop-front")));
        server.perform(post("/networks/prune").param("filters", "{\"until\":{\"1h30m\":true},\"label!\":[\"keep\"]}"))
                .andExpect(status().isOk())
                .andExpect(content().json("{\"NetworksDeleted\":[\"shop-front\"]}"));
        @SuppressWarnings("unchecked")
        ArgumentCaptor<Predicate<Network>> meant = ArgumentCaptor.forClass(Predicate.class);
        verify(networks).prune(meant.capture());
        Network network = Examples.network("shop-front");
        assertThat(meant.getValue().test(network))
                .isEqualTo(Examples.NOON.isBefore(Instant.now().minusSeconds(5400)));
        for (String filters : List.of("{\"until\":[\"1h\",\"2h\"]}", "{\"until\":[\"soon\"]}", "{\"name\":[\"x\"]}")) {
            server.perform(post("/networks/prune").param("filters", filters)).andExpect(status().isBadRequest());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"until":["2026-01-31T12:00:01Z"]} | true
            {"until":["2026-01-31T12:00:00"]}  | false
            {"until":["2026-02-01"]}           | true
            {"until":["1769860801"]}           | true
            {"until":["10m"]}                  | true
            {"until":["10m0.5s"]}              | true
            {"label":["team=a"]}               | true
            {"label":["team=b"]}               | false
            {"label!":["team"]}                | false
            {"label!":["team=b"]}              | true
            """)
    void pruningTakesTheseNetworks(String filters, boolean taken) {
        Instant now = Examples.NOON.plusSeconds(601);
        Network shop = Examples.network("shop");
        assertThat(PruneFilter.parse(filters, now).accepts(shop.created(), shop.labels()))
                .isEqualTo(taken);
    }
}
