package dev.lighter.build.dockerfile;

/** A Dockerfile, or a part of one, that says nothing that could be done: where, and why. */
public final class DockerfileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String reason;

    /**
     * A failure in this line.
     *
     * @param line counted from one; 0 where there are no lines
     */
    public DockerfileException(int line, String reason) {
        super(line == 0 ? reason : "dockerfile parse error on line " + line + ": " + reason);
        this.line = line;
        this.reason = reason;
    }

    /** The line, counted from one; 0 where there are no lines. */
    public int line() {
        return line;
    }

    /** What is wrong, without the line. */
    public String reason() {
        return reason;
    }
}
