package dev.lighter.api;

import dev.lighter.http.DockerVersionFilter;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one document of every path that is served. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
    static final String BEARER = "token";
    static final String COOKIE = "sign-in";

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Lighter")
                        .version(DockerVersionFilter.version())
                        .description("""
                                A container engine and a team platform in one process.

                                * Docker's paths (`/containers`, `/images`, `/events`, …) are those of the Docker Engine API, \
                                with and without a version in front, from `/v1.%d` to `/v1.%d`. Errors are `{"message": …}`.
                                * Lighter's own resources are under `/api`. Errors are problem details (RFC 9457).
                                * The pages of the dashboard are under `/ui`, for browsers.

                                On the unix socket every request acts as the administrator. On TCP scripts send a token as \
                                `Authorization: Bearer lt_…`; browsers sign in at `/ui/sign-in`, and their cookie is good for the \
                                pages and for `/api`, where every change also needs the CSRF token of the cookie `XSRF-TOKEN-<port>` in `X-XSRF-TOKEN`.
                                """.formatted(DockerVersionFilter.OLDEST_MINOR, DockerVersionFilter.NEWEST_MINOR))
                        .license(new License().name("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0")))
                .servers(List.of(new Server().url("/").description("This engine")))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("A token, as POST /api/tokens gives it"))
                        .addSecuritySchemes(
                                COOKIE,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.APIKEY)
                                        .in(SecurityScheme.In.COOKIE)
                                        .name("lighter-8080")
                                        .description("A browser's sign-in; the number is the engine's port")))
                .addSecurityItem(new SecurityRequirement().addList(BEARER))
                .addSecurityItem(new SecurityRequirement().addList(COOKIE));
    }

    @Bean
    GlobalOpenApiCustomizer errorAnswers() {
        return new ErrorAnswersCustomizer();
    }

    @Bean
    GlobalOpenApiCustomizer ownPaths() {
        return new DocumentPathsCustomizer();
    }
}
