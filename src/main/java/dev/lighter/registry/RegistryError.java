package dev.lighter.registry;

/** The reasons for which a registry refuses, each with its HTTP status: OCI distribution specification, error codes. */
public enum RegistryError {
    BLOB_UNKNOWN(404),
    BLOB_UPLOAD_INVALID(400),
    BLOB_UPLOAD_UNKNOWN(404),
    DENIED(403),
    DIGEST_INVALID(400),
    MANIFEST_BLOB_UNKNOWN(404),
    MANIFEST_INVALID(400),
    MANIFEST_UNKNOWN(404),
    NAME_INVALID(400),
    NAME_UNKNOWN(404),
    /** Not in the specification, but what registries answer to a page size that is none. */
    PAGINATION_NUMBER_INVALID(400),
    /** A chunk that does not follow on the one before. */
    RANGE_INVALID(416),
    SIZE_INVALID(413),
    TOOMANYREQUESTS(429),
    UNAUTHORIZED(401),
    UNSUPPORTED(405);

    private final int status;

    RegistryError(int status) {
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
