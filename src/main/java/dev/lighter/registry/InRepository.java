package dev.lighter.registry;

import jakarta.persistence.Embeddable;
import java.io.Serializable;

/** The key of rows that are something in a repository. */
@Embeddable
record InRepository(String repository, String digest) implements Serializable {}
