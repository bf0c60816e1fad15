package dev.lighter.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventServiceTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private final EventStore store = mock(EventStore.class);
    private final EventSettings settings = new EventSettings(5);
    private @Nullable EventService service;

    private EventService service(long last) {
        when(store.lastNumber()).thenReturn(last);
        EventService made = new EventService(new EventHistory(store, settings), settings);
        service = made;
        return made;
    }

    @AfterEach
    void end() {
        if (service != null) {
            service.destroy();
        }
    }

    private static void tell(EventService events, String... actions) {
        for (String action : actions) {
            events.publish("container", action, "id", Map.of());
        }
    }

    private static List<String> read(EventStream stream, int count) throws InterruptedException {
        List<String> actions = new ArrayList<>();
        while (actions.size() < count && !stream.isOver()) {
            Event event = stream.next(Duration.ofSeconds(10));
            if (event != null) {
                actions.add(event.action());
            }
        }
        return actions;
    }

    @Test
    void thePastComesFirstAndNothingTwice() throws Exception {
        EventService events = service(0);
        tell(events, "a", "b");
        try (EventStream stream = events.follow(LONG_AGO, null, event -> !event.action().equals("c"))) {
            tell(events, "c", "d");
            assertThat(read(stream, 3)).containsExactly("a", "b", "d");
        }
    }

    @Test
    void anEndInThePastEndsAtOnceWithAllThatWasTold() throws Exception {
        EventService events = service(0);
        for (int i = 0; i < 200; i++) {
            tell(events, "a");
            try (EventStream stream = events.follow(LONG_AGO, Instant.now(), event -> true)) {
                assertThat(read(stream, 100)).hasSize(Math.min(i + 1, 5));
            }
        }
    }

    @Test
    void timesAreDistinctAndGrow() throws Exception {
        EventService events = service(0);
        tell(events, "a", "b", "c", "d", "e");
        try (EventStream stream = events.follow(LONG_AGO, Instant.now().plusSeconds(1), event -> true)) {
            Instant before = LONG_AGO;
            for (int i = 0; i < 5; i++) {
                Event event = stream.next(Duration.ofSeconds(10));
                assertThat(event).isNotNull();
                assertThat(event.time()).isAfter(before);
                before = event.time();
            }
            while (!stream.isOver()) {
                assertThat(stream.next(Duration.ofSeconds(10))).isNull();
            }
        }
    }

    @Test
    void earlierEnginesAreAskedForWhatMemoryLeavesRoomFor() throws Exception {
        when(store.read(anyLong(), anyLong(), any(), any()))
                .thenReturn(List.of(new Event("container", "old", "id", Map.of(), LONG_AGO.plusSeconds(1))));
        EventService events = service(70);
        tell(events, "new");
        try (EventStream stream = events.follow(LONG_AGO, Instant.now(), event -> true)) {
            assertThat(read(stream, 9)).containsExactly("old", "new");
        }
        verify(store).read(eq(66L), eq(70L), eq(LONG_AGO), any());
    }

    @Test
    void aFollowerThatDoesNotReadIsEnded() throws Exception {
        EventService events = service(0);
        try (EventStream stream = events.follow(null, null, event -> true)) {
            for (int i = 0; i < 17_000; i++) {
                tell(events, "a");
            }
            for (int i = 0; i < 1000 && !stream.isOverrun(); i++) {
                Thread.sleep(10);
            }
            assertThat(stream.isOverrun()).isTrue();
            assertThat(stream.isOver()).isTrue();
        }
    }
}
