package dev.lighter.security;

import dev.lighter.team.AccountService;
import dev.lighter.team.Identity;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/** Lets requests of the unix socket act as the administrator: whoever may open it may do everything on this machine. */
final class SocketFilter implements Filter {
    private final AccountService accounts;

    SocketFilter(AccountService accounts) {
        this.accounts = accounts;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(
                Identities.authentication(new Identity(accounts.administrator(), Identity.Means.SOCKET)));
        SecurityContextHolder.setContext(context);
        chain.doFilter(request, response);
    }
}
