package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What every failure on Docker's paths answers. */
record DockerError(@JsonProperty("message") String message) {}
