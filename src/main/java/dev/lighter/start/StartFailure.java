package dev.lighter.start;

/** Why the engine cannot start, and what its administrator does about it. */
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    StartFailure(String reason, String remedy) {
        super(reason);
        this.remedy = remedy;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return remedy;
    }
}
