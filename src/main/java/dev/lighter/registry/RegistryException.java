package dev.lighter.registry;

/** A refusal in a registry's own words: clients act on the code, users read the sentence. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RegistryError error;

    /** A refusal; the sentence is shown to users as it is. */
    public RegistryException(RegistryError error, String sentence) {
        super(sentence);
        this.error = error;
    }

    /** The code. */
    public RegistryError error() {
        return error;
    }

    /** The sentence. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
