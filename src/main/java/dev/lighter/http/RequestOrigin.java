package dev.lighter.http;

import jakarta.servlet.http.HttpServletRequest;

/** Which connector a request came through. */
public enum RequestOrigin {
    UNIX_SOCKET,
    TCP;

    static final String ATTRIBUTE = "dev.lighter.http.origin";

    /** The connector of a request. */
    public static RequestOrigin of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) == UNIX_SOCKET ? UNIX_SOCKET : TCP;
    }
}
