package dev.lighter.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Docker's paths with a version, without one, and with one that is not served. */
class DockerVersionFilterTest {
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final MockFilterChain chain = new MockFilterChain();

    private void ask(String uri) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", uri);
        request.setServletPath(uri);
        new DockerVersionFilter().doFilter(request, response, chain);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1.24/containers/json, /containers/json, 24",
        "/v1.51/_ping, /_ping, 51",
        "/v1.43/, /, 43",
        "/containers/json, /containers/json, 51",
        "/version, /version, 51",
        "/v1.44, /v1.44, 51"
    })
    void theVersionIsTakenFromThePath(String uri, String path, int minor) throws Exception {
        ask(uri);

        assertThat(response.getHeader("Api-Version")).isEqualTo("1.51");
        assertThat(response.getHeader("Ostype")).isEqualTo("linux");
        HttpServletRequest passed = (HttpServletRequest) Objects.requireNonNull(chain.getRequest());
        assertThat(passed.getRequestURI()).isEqualTo(path);
        assertThat(passed.getServletPath()).isEqualTo(path);
        assertThat(passed.getRequestURL()).asString().endsWith("localhost" + path);
        assertThat(DockerVersionFilter.minorVersion(passed)).isEqualTo(minor);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1.52/info", "/v2.0/info", "/v99/info"})
    void aNewerVersionIsRefusedWithTheNewestServed(String uri) throws Exception {
        ask(uri);

        assertThat(chain.getRequest()).isNull();
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.getContentAsString())
                .contains("is too new")
                .contains("Maximum supported API version is 1.51");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1.23/info", "/v1/info", "/v0.9/info", "/v1.x/info", "/v1.999999999999/info"})
    void anOlderOrBrokenVersionIsRefusedWithTheOldestServed(String uri) throws Exception {
        ask(uri);

        assertThat(chain.getRequest()).isNull();
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.getContentAsString())
                .contains("is too old")
                .contains("Minimum supported API version is 1.24");
    }
}
