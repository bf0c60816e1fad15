package dev.lighter.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.function.BooleanSupplier;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;

/**
 * Tells whether the client of a request that takes long is still there, while there is nothing to send that would show it: a client that
 * has said all and hangs up is at the end of its stream. To be asked on the request's own thread.
 */
public final class ClientPresence implements BooleanSupplier {
    private static final String ATTRIBUTE = "dev.lighter.http.client-presence";

    private final Request request;

    ClientPresence(Request request) {
        this.request = request;
    }

    /** Makes it known to whoever handles a request. */
    static void mark(org.apache.catalina.connector.Request request) {
        request.setAttribute(ATTRIBUTE, new ClientPresence(request.getCoyoteRequest()));
    }

    /** The presence of a request's client; of one that did not come over a connection of ours, always. */
    public static BooleanSupplier of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof ClientPresence presence ? presence : () -> true;
    }

    @Override
    public boolean getAsBoolean() {
        // Reads without waiting. What a client sends ahead stays in the buffer; it would not follow anything any more.
        request.action(ActionCode.AVAILABLE, true);
        return request.getAvailable() == 0;
    }
}
