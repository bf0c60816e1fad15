package dev.lighter.security;

import dev.lighter.http.RequestOrigin;
import dev.lighter.http.Surface;
import dev.lighter.team.AccountService;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** One chain of filters for each way in: the unix socket, and on TCP open files, browsers, and scripts. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class SecurityConfiguration {
    private static final String CONTENT_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
                    + " data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'";

    private final Identities identities;
    private final Refusals refusals;

    SecurityConfiguration(Identities identities, Refusals refusals) {
        this.identities = identities;
        this.refusals = refusals;
    }

    @Bean
    @Order(1)
    SecurityFilterChain socketChain(AccountService accounts) {
        return new DefaultSecurityFilterChain(
                request -> RequestOrigin.of(request) == RequestOrigin.UNIX_SOCKET, new SocketFilter(accounts));
    }

    @Bean
    @Order(2)
    SecurityFilterChain openChain(HttpSecurity http) {
        return stateless(http, surfaces(Surface.OPEN))
                .csrf(AbstractHttpConfigurer::disable)
                .headers(headers -> headers.cacheControl(cache -> cache.disable()))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain browserChain(HttpSecurity http, CsrfTokens tokens) {
        return stateless(http, surfaces(Surface.UI, Surface.API))
                .addFilterAfter(new CsrfCookieFilter(tokens), CsrfFilter.class)
                .csrf(csrf -> csrf.spa()
                        .csrfTokenRepository(tokens)
                        .requireCsrfProtectionMatcher(request -> CsrfFilter.DEFAULT_CSRF_MATCHER.matches(request)
                                && !(Surface.of(request) == Surface.API && Identities.hasBearer(request))))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                                DispatcherType.ERROR, DispatcherType.ASYNC, DispatcherType.FORWARD)
                        .permitAll()
                        .requestMatchers(request -> request.getRequestURI().equals(Surface.SIGN_IN))
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .build();
    }

    @Bean
    @Order(4)
    SecurityFilterChain scriptChain(HttpSecurity http) {
        return stateless(http, request -> true)
                .csrf(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests(
                        requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .build();
    }

    private HttpSecurity stateless(HttpSecurity http, RequestMatcher matcher) {
        return http.securityMatcher(matcher)
                .securityContext(context -> context.securityContextRepository(identities))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .headers(headers -> headers.addHeaderWriter(SecurityConfiguration::writeContentPolicy)
                        .frameOptions(frames -> frames.deny())
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN)));
    }

    /** The library that shows the API document styles its elements one by one. */
    private static void writeContentPolicy(HttpServletRequest request, HttpServletResponse response) {
        boolean document = request.getRequestURI().startsWith("/api/swagger-ui/");
        response.setHeader(
                "Content-Security-Policy",
                document
                        ? CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
                        : CONTENT_POLICY);
    }

    private static RequestMatcher surfaces(Surface... surfaces) {
        Set<Surface> wanted = Set.of(surfaces);
        return request -> wanted.contains(Surface.of(request));
    }

    /** Names of images come with encoded slashes in Docker's paths. */
    @Bean
    WebSecurityCustomizer firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowUrlEncodedSlash(true);
        return web -> web.httpFirewall(firewall).requestRejectedHandler(refusals);
    }
}
