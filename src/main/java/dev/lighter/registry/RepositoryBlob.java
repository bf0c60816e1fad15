package dev.lighter.registry;

/** A blob that a repository has. */
record RepositoryBlob(Repository repository, String digest, long sizeBytes) {}
