package dev.lighter.event;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The events' rows. Every method is one short transaction. */
@Repository
class EventStore {
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EntityManager entities;

    EventStore(EntityManager entities) {
        this.entities = entities;
    }

    /** The highest number; 0 when there is no row. */
    @Transactional(readOnly = true)
    public long lastNumber() {
        Long last = entities.createQuery("select max(e.number) from EventEntity e", Long.class)
                .getSingleResultOrNull();
        return last == null ? 0 : last;
    }

    /** Adds events, and removes those up to a number. */
    @Transactional
    public void write(List<NumberedEvent> events, long forgotten) {
        for (NumberedEvent told : events) {
            Event event = told.event();
            entities.persist(new EventEntity(
                    told.number(),
                    nanos(event.time()),
                    event.type(),
                    event.action(),
                    event.actorId(),
                    JSON.writeValueAsString(event.attributes())));
        }
        if (forgotten > 0) {
            entities.createQuery("delete from EventEntity e where e.number <= :forgotten")
                    .setParameter("forgotten", forgotten)
                    .executeUpdate();
        }
    }

    /** Events with numbers above one and up to another, between two times, in order. */
    @Transactional(readOnly = true)
    public List<Event> read(long above, long upTo, Instant since, @Nullable Instant until) {
        return entities
                .createQuery("""
                        select e from EventEntity e where e.number > :above and e.number <= :upTo
                        and e.timeNanos >= :since and e.timeNanos <= :until order by e.number""", EventEntity.class)
                .setParameter("above", above)
                .setParameter("upTo", upTo)
                .setParameter("since", nanos(since))
                .setParameter("until", until == null ? Long.MAX_VALUE : nanos(until))
                .getResultList()
                .stream()
                .map(row -> new Event(
                        row.type(),
                        row.action(),
                        row.actorId(),
                        JSON.readValue(row.attributes(), TEXTS),
                        Instant.ofEpochSecond(row.timeNanos() / NANOS, row.timeNanos() % NANOS)))
                .toList();
    }

    /** Since 1970, within what a number can hold. */
    private static long nanos(Instant time) {
        long most = Long.MAX_VALUE / NANOS - 1;
        long seconds = Math.max(-most, Math.min(most, time.getEpochSecond()));
        return seconds * NANOS + time.getNano();
    }
}
