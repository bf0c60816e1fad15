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
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.put;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerState;
import dev.lighter.container.ContainerView;
import dev.lighter.container.NetworkOptions;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.network.AddressPool;
import dev.lighter.network.Endpoint;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.FilterRule;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkDriver;
import dev.lighter.network.NetworkRequest;
import dev.lighter.network.NetworkService;
import dev.lighter.network.port.PublishedPort;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class NetworksResourceTest {
    private static final String ID = "9d".repeat(32);
    private static final String WEB = "4f".repeat(32);

    private static final Network SHOP = new Network(
            ID,
            "shop",
            Instant.parse("2026-01-31T12:00:00Z"),
            NetworkDriver.BRIDGE,
            List.of(new AddressPool("172.30.0.0/24", "", "172.30.0.1", Map.of("printer", "172.30.0.9"))),
            Map.of(),
            true,
            false,
            true,
            false,
            Map.of("com.docker.network.bridge.enable_icc", "false"),
            Map.of("team", "sales"),
            "lt-9d9d9d9d9d9d",
            false,
            false);

    private static final Endpoint PLACE = new Endpoint(
            "e1".repeat(32),
            ID,
            "shop",
            WEB,
            new EndpointSettings(List.of("db"), List.of(), "", "", List.of(), "", Map.of(), 0),
            List.of("db", "web", "4f4f4f4f4f4f"),
            new Endpoint.Lease(
                    IpPrefix.parse("172.30.0.2/24"),
                    null,
                    IpPrefix.address("172.30.0.1"),
                    null,
                    MacAddress.parse("02:42:ac:1e:00:02"),
                    "veth1",
                    "eth0"));

    private final NetworkService networks = mock(NetworkService.class);
    private final ContainerService containers = mock(ContainerService.class);
    private final MockMvc server = MockMvcBuilders.standaloneSetup(new NetworksResource(networks, containers))
            .setControllerAdvice(new ErrorAdvice())
            .build();

    @BeforeEach
    void aNetworkWithOneContainer() {
        ContainerView web = new ContainerView(
                WEB,
                "web",
                Specs.on(NetworkOptions.of("shop")),
                new ContainerState(ContainerState.Status.RUNNING, 7, 0, false, "", null, null));
        when(networks.get("shop")).thenReturn(SHOP);
        when(networks.endpoints(ID)).thenReturn(List.of(PLACE));
        when(networks.endpointsOf(WEB)).thenReturn(List.of(PLACE));
        when(networks.ports(WEB)).thenReturn(List.of(new PublishedPort(80, "tcp", IpPrefix.address("0.0.0.0"), 8080)));
        when(containers.get("web")).thenReturn(web);
        when(containers.list()).thenReturn(List.of(web));
    }

    private ResultActions create(String body) throws Exception {
        return server.perform(
                post("/api/networks").contentType(MediaType.APPLICATION_JSON).content(body));
    }

    @Test
    void aNetworkTellsWhoIsOnIt() throws Exception {
        server.perform(get("/api/networks/shop"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.name").value("shop"))
                .andExpect(jsonPath("$.driver").value("bridge"))
                .andExpect(jsonPath("$.subnets[0].subnet").value("172.30.0.0/24"))
                .andExpect(jsonPath("$.subnets[0].range").isEmpty())
                .andExpect(jsonPath("$.subnets[0].reserved.printer").value("172.30.0.9"))
                .andExpect(jsonPath("$.internal").value(true))
                .andExpect(jsonPath("$.isolated").value(true))
                .andExpect(jsonPath("$.containers").value(1))
                .andExpect(jsonPath("$.endpoints[0].containerId").value(WEB))
                .andExpect(jsonPath("$.endpoints[0].container").value("web"))
                .andExpect(jsonPath("$.endpoints[0].state").value("running"))
                .andExpect(jsonPath("$.endpoints[0].ipv4").value("172.30.0.2/24"))
                .andExpect(jsonPath("$.endpoints[0].ipv6").isEmpty())
                .andExpect(jsonPath("$.endpoints[0].mac").value("02:42:ac:1e:00:02"))
                .andExpect(jsonPath("$.endpoints[0].aliases[0]").value("db"))
                .andExpect(jsonPath("$.endpoints[0].names[1]").value("web"))
                .andExpect(jsonPath("$.endpoints[0].ports[0].hostPort").value(8080))
                .andExpect(jsonPath("$.endpoints[0].ports[0].hostAddress").value("0.0.0.0"));
    }

    @Test
    void aListCountsContainersWithoutNamingThem() throws Exception {
        when(networks.list()).thenReturn(List.of(SHOP));

        server.perform(get("/api/networks"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$[0].containers").value(1))
                .andExpect(jsonPath("$[0].endpoints").isEmpty());
    }

    @Test
    void aContainerThatIsRemovedMeanwhileIsLeftOut() throws Exception {
        when(containers.list()).thenReturn(List.of());

        server.perform(get("/api/networks/shop"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.endpoints").isEmpty());
    }

    @Test
    void creatingTurnsFriendlyWordsIntoTheDriversOptions() throws Exception {
        when(networks.create(any())).thenReturn(SHOP);

        create("""
                {"name":"shop","subnet":"172.30.0.0/24","gateway":"172.30.0.1","subnet6":"fd00:30::/64","internal":true,
                 "isolated":true,"parent":"eth0","options":{"com.docker.network.driver.mtu":"1400"},"labels":{"team":"sales"}}
                """)
                .andExpect(status().isCreated())
                .andExpect(header().string("Location", "/api/networks/" + ID))
                .andExpect(jsonPath("$.containers").value(0));

        ArgumentCaptor<NetworkRequest> asked = ArgumentCaptor.forClass(NetworkRequest.class);
        verify(networks).create(asked.capture());
        assertThat(asked.getValue())
                .isEqualTo(new NetworkRequest(
                        "shop",
                        "",
                        "",
                        Map.of(),
                        List.of(
                                new AddressPool("172.30.0.0/24", "", "172.30.0.1", Map.of()),
                                new AddressPool("fd00:30::/64", "", "", Map.of())),
                        null,
                        true,
                        true,
                        false,
                        Map.of(
                                "com.docker.network.driver.mtu",
                                "1400",
                                "com.docker.network.bridge.enable_icc",
                                "false",
                                "parent",
                                "eth0"),
                        Map.of("team", "sales")));
    }

    @Test
    void requestsThatMakeNoSenseReachNobody() throws Exception {
        for (String body : List.of(
                "{}",
                "{\"name\":\" \"}",
                "{\"name\":\"a\",\"gateway\":\"172.30.0.1\"}",
                "{\"name\":\"a\",\"labels\":{\"x\":null}}",
                "{\"name\":\"a\",\"internal\":\"perhaps\"}",
                "")) {
            create(body)
                    .andExpect(status().isBadRequest())
                    .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON));
        }
        verifyNoInteractions(networks);
    }

    @Test
    void connectingTellsThePlaceThatTheContainerHas() throws Exception {
        server.perform(put("/api/networks/shop/containers/web")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"aliases\":[\"db\"],\"ipv4\":\"172.30.0.2\"}"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.ipv4").value("172.30.0.2/24"))
                .andExpect(jsonPath("$.interfaceName").value("eth0"));

        verify(containers)
                .connect(
                        ID,
                        WEB,
                        new EndpointSettings(List.of("db"), List.of(), "172.30.0.2", "", List.of(), "", Map.of(), 0));
    }

    @Test
    void connectingNeedsNoBody() throws Exception {
        server.perform(put("/api/networks/shop/containers/web")).andExpect(status().isOk());

        verify(containers).connect(ID, WEB, EndpointSettings.NONE);
    }

    @Test
    void disconnectingAnswersWithNothing() throws Exception {
        server.perform(delete("/api/networks/shop/containers/web?force=true")).andExpect(status().isNoContent());

        verify(containers).disconnect("shop", "web", true);
    }

    @Test
    void failuresOfTheServiceBecomeProblems() throws Exception {
        when(networks.get("x")).thenThrow(EngineException.notFound("network x not found"));
        doThrow(EngineException.forbidden("error while removing network: network shop has active endpoints"))
                .when(networks)
                .remove("shop");

        server.perform(get("/api/networks/x"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.detail").value("network x not found"));
        server.perform(delete("/api/networks/shop")).andExpect(status().isForbidden());
    }

    @Test
    void pruningTellsWhatIsGone() throws Exception {
        when(networks.prune(any())).thenReturn(List.of(SHOP));

        server.perform(post("/api/networks/prune"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$[0].name").value("shop"));
    }

    @Test
    void rulesAreToldWithTheirCounters() throws Exception {
        when(networks.rules()).thenReturn(List.of(new FilterRule("forward", "let answers through", 12, 3400)));

        server.perform(get("/api/networks/rules"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$[0].chain").value("forward"))
                .andExpect(jsonPath("$[0].meaning").value("let answers through"))
                .andExpect(jsonPath("$[0].packets").value(12))
                .andExpect(jsonPath("$[0].bytes").value(3400));
    }
}
