package dev.lighter.launch;

/** A container that could not be started: the step that failed, in words, and the exit code that Docker's users expect. */
public final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int OTHER = 128;

    private final int exitCode;
    private final boolean refused;

    /** A failure with its sentence and exit code: 127 not found, 126 not executable or not permitted, 128 anything else. */
    public LaunchException(String message, int exitCode) {
        this(message, exitCode, false);
    }

    private LaunchException(String message, int exitCode, boolean refused) {
        super(message);
        this.exitCode = exitCode;
        this.refused = refused;
    }

    /** The failure of what was asked for, which this machine cannot do. */
    static LaunchException refusal(String message) {
        return new LaunchException(message, OTHER, true);
    }

    /** 127 when the command was not found, 126 when it cannot be executed, else 128. */
    public int exitCode() {
        return exitCode;
    }

    /** Whether asking for something else would help. */
    public boolean isRefusal() {
        return refused;
    }
}
