package dev.lighter.http;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Marks requests that came over the unix socket, by their connector and never by an address, and all with their client's presence; and sets
 * the content type of a connection that was handed over, which the container drops from a 101 answer.
 */
final class ConnectorValve extends ValveBase {
    private final Connector unix;

    ConnectorValve(Connector unix) {
        super(true);
        this.unix = unix;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (request.getConnector() == unix) {
            request.setAttribute(RequestOrigin.ATTRIBUTE, RequestOrigin.UNIX_SOCKET);
        }
        ClientPresence.mark(request);
        getNext().invoke(request, response);
        if (request.getAttribute(Hijack.CONTENT_TYPE_ATTRIBUTE) instanceof String type) {
            response.getCoyoteResponse().setContentType(type);
            response.getCoyoteResponse()
                    .getMimeHeaders()
                    .setValue("Content-Type")
                    .setString(type);
        }
    }
}
