package dev.lighter.api;

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
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.lighter.container.ContainerChanges;
import dev.lighter.container.ContainerRequest;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerState;
import dev.lighter.container.ContainerState.Status;
import dev.lighter.container.ContainerView;
import dev.lighter.container.NetworkOptions;
import dev.lighter.error.EngineException;
import dev.lighter.network.NetworkService;
import dev.lighter.network.NetworkTraffic;
import dev.lighter.network.port.PortBinding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class ContainersResourceTest {
    private static final String ID = "4f".repeat(32);

    private final ContainerService containers = mock(ContainerService.class);
    private final ContainerChanges changes = mock(ContainerChanges.class);
    private final NetworkService networks = mock(NetworkService.class);
    private final MockMvc server = MockMvcBuilders.standaloneSetup(
                    new ContainersResource(containers, changes, networks))
            .setControllerAdvice(new ErrorAdvice())
            .build();

    private static ContainerView view(Status status) {
        return new ContainerView(
                ID,
                "one",
                Specs.on(NetworkOptions.of("shop")),
                new ContainerState(status, 0, 0, false, "", null, null));
    }

    private ResultActions create(String body) throws Exception {
        return server.perform(
                post("/api/containers").contentType(MediaType.APPLICATION_JSON).content(body));
    }

    @Test
    void creatingStartsAndTellsTheContainer() throws Exception {
        when(containers.create(any())).thenReturn(view(Status.CREATED));
        when(containers.get(ID)).thenReturn(view(Status.RUNNING));

        create("{\"image\":\"app\",\"memoryBytes\":268435456,\"cpus\":1.5,\"command\":[\"sleep\",\"1\"]}")
                .andExpect(status().isCreated())
                .andExpect(header().string("Location", "/api/containers/" + ID))
                .andExpect(jsonPath("$.state").value("running"))
                .andExpect(jsonPath("$.command[1]").value("1"))
                .andExpect(jsonPath("$.cpus").value(1.5))
                .andExpect(jsonPath("$.pidsLimit").isEmpty());

        verify(containers).start(ID);
        ArgumentCaptor<ContainerRequest> asked = ArgumentCaptor.forClass(ContainerRequest.class);
        verify(containers).create(asked.capture());
        assertThat(asked.getValue().resources().nanoCpus()).isEqualTo(1_500_000_000);
        assertThat(asked.getValue().cmd()).containsExactly("sleep", "1");
    }

    @Test
    void networkAliasesAndPortsReachTheService() throws Exception {
        when(containers.create(any())).thenReturn(view(Status.CREATED));

        create("{\"image\":\"app\",\"network\":\"shop\",\"aliases\":[\"db\"],\"ports\":[\"8080:80\"],\"start\":false}")
                .andExpect(status().isCreated())
                .andExpect(jsonPath("$.networkMode").value("shop"))
                .andExpect(jsonPath("$.networks").isEmpty())
                .andExpect(jsonPath("$.ports").isEmpty());

        ArgumentCaptor<ContainerRequest> asked = ArgumentCaptor.forClass(ContainerRequest.class);
        verify(containers).create(asked.capture());
        assertThat(asked.getValue().network().mode()).isEqualTo("shop");
        assertThat(asked.getValue().network().portBindings()).containsExactly(new PortBinding(80, "tcp", "", "8080"));
        assertThat(asked.getValue().network().exposedPorts()).containsExactly("80/tcp");
        assertThat(asked.getValue().endpoints())
                .hasEntrySatisfying(
                        "shop", settings -> assertThat(settings.aliases()).containsExactly("db"));
    }

    @Test
    void trafficIsThatOfTheContainersLinks() throws Exception {
        when(containers.get("one")).thenReturn(view(Status.RUNNING));
        when(networks.traffic(ID))
                .thenReturn(List.of(new NetworkTraffic("shop", "eth0", 1200, 10, 0, 0, 3400, 20, 0, 1)));

        server.perform(get("/api/containers/one/traffic"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$[0].networkName").value("shop"))
                .andExpect(jsonPath("$[0].receivedBytes").value(1200))
                .andExpect(jsonPath("$[0].sendDropped").value(1));
    }

    @Test
    void aContainerThatCannotStartIsRemoved() throws Exception {
        when(containers.create(any())).thenReturn(view(Status.CREATED));
        when(containers.start(ID)).thenThrow(EngineException.invalid("executable file not found"));

        create("{\"image\":\"app\"}")
                .andExpect(status().isBadRequest())
                .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON));

        verify(containers).remove(ID, true, true);
    }

    @Test
    void requestsThatMakeNoSenseReachNobody() throws Exception {
        for (String body : List.of(
                "{}",
                "{\"image\":\"\"}",
                "{\"image\":\"a\",\"cpus\":-1}",
                "{\"image\":\"a\",\"memoryBytes\":1}",
                "{\"image\":\"a\",\"pidsLimit\":0}",
                "{\"image\":\"a\",\"command\":\"sh\"}",
                "{\"image\":\"a\",\"command\":[null]}",
                "{\"image\":\"a\",\"ports\":[\"http\"]}",
                "{",
                "")) {
            create(body)
                    .andExpect(status().isBadRequest())
                    .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON));
        }
        verifyNoInteractions(containers);
    }

    @Test
    void failuresOfTheServiceBecomeProblems() throws Exception {
        when(containers.get("x")).thenThrow(EngineException.notFound("No such container: x"));
        doThrow(EngineException.conflict("container is running"))
                .when(containers)
                .remove("y", false, true);

        server.perform(get("/api/containers/x"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.detail").value("No such container: x"))
                .andExpect(jsonPath("$.instance").value("/api/containers/x"));
        server.perform(delete("/api/containers/y")).andExpect(status().isConflict());
    }
}
