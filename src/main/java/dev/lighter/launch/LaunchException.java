package dev.lighter.launch;

/** A container that could not be started: the step that failed, in words, and the exit code that Docker's users expect. */
public final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** A failure with its sentence and exit code: 127 not found, 126 not executable or not permitted, 128 anything else. */
    public LaunchException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** 127 when the command was not found, 126 when it cannot be executed, else 128. */
    public int exitCode() {
        return exitCode;
    }
}
