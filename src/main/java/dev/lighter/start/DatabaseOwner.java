package dev.lighter.start;

import dev.lighter.http.LighterProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps one database to one data directory: an engine that met the rows of another's containers would settle them as its own. Both hold the
 * same random id; it is compared once the migrations are done, before anything else reads the database.
 */
@Component
final class DatabaseOwner implements Callback {
    private final Path data;

    DatabaseOwner(LighterProperties properties) {
        data = properties.data().toAbsolutePath().normalize();
    }

    @Override
    public boolean supports(Event event, @Nullable Context context) {
        return event == Event.AFTER_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, @Nullable Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        try {
            claim(context.getConnection());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("the database's owner cannot be read", e);
        }
    }

    private void claim(Connection connection) throws IOException, SQLException {
        String id = engineId();
        String owner = owner(connection);
        if (owner == null) {
            try (PreparedStatement insert = connection.prepareStatement("insert into engine (id) values (?)")) {
                insert.setString(1, id);
                insert.executeUpdate();
            }
        } else if (!owner.equals(id)) {
            throw new StartFailure(
                    "The database belongs to an engine with another data directory than " + data + ".",
                    "Choose that directory with --data, or give this engine a database of its own.");
        }
    }

    private static @Nullable String owner(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id from engine")) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    /** The id in the data directory; written whole or not at all. */
    private String engineId() throws IOException {
        Path file = data.resolve("engine-id");
        if (!Files.exists(file)) {
            Path unfinished = data.resolve("engine-id.new");
            Files.writeString(unfinished, UUID.randomUUID() + "\n", StandardCharsets.US_ASCII);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file, StandardCharsets.US_ASCII).strip();
    }

    @Override
    public String getCallbackName() {
        return "owner";
    }
}
