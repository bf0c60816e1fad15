package dev.lighter.build;

/** Why a build failed whose step ran and ended with something else than success; the cause of the exception that says so in words. */
public final class StepExitException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    StepExitException(int code) {
        super("exit code " + code);
        this.code = code;
    }

    /** The exit code. */
    public int code() {
        return code;
    }
}
