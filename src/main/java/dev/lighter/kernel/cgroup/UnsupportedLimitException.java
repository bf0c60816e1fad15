package dev.lighter.kernel.cgroup;

import java.io.IOException;

/** A limit that the control groups of this machine cannot keep; the message says what is missing and what to do. */
public final class UnsupportedLimitException extends IOException {
    private static final long serialVersionUID = 1;

    UnsupportedLimitException(String message) {
        super(message);
    }
}
