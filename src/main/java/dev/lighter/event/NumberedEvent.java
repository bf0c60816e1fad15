package dev.lighter.event;

/** An event with its place in the order of all events, which goes on from engine to engine. */
record NumberedEvent(long number, Event event) {}
