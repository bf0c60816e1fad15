package dev.lighter.container;

/** What a wait gives: the exit code, and why the container could not start or be removed, or empty. */
public record WaitResult(int statusCode, String error) {}
