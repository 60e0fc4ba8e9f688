package io.belvedere.federation.engine.duckdb;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.engine.EngineSession;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/**
 * One query's database, taken when its first statement needs it. Every statement has a connection of its own: a stream's name is known on
 * its connection only.
 */
final class DuckDbSession implements EngineSession {
    private final DuckDbEngine engine;
    // All guarded by this.
    private final Set<DuckDbStatement> running = new HashSet<>();
    private @Nullable DuckDbDatabase database;
    private boolean cancelled;
    private boolean untouched = true;
    private final List<String> tables = new ArrayList<>();

    DuckDbSession(DuckDbEngine engine) {
        this.engine = engine;
    }

    @Override
    public void keep(String name, ArrowReader rows, BufferAllocator memory) {
        String stream = name + "$stream";
        derive(name, "SELECT * FROM " + quote(stream), List.of(new Input(stream, rows)), memory);
    }

    @Override
    public void derive(String name, String sql, List<Input> inputs, BufferAllocator memory) {
        try (DuckDbStatement statement = open(inputs, memory)) {
            statement.execute("CREATE TABLE " + quote(name) + " AS " + sql);
            made(name);
        } catch (SQLException e) {
            touch();
            throw DuckDbFailures.translate(e);
        }
    }

    private synchronized void made(String table) {
        tables.add(table);
    }

    @Override
    public Rows deliver(String sql, List<Input> inputs, BufferAllocator memory) {
        try {
            DuckDbStatement statement = open(inputs, memory);
            try {
                return statement.stream(sql, memory);
            } catch (SQLException | RuntimeException e) {
                touch();
                statement.close();
                throw e;
            }
        } catch (SQLException e) {
            throw DuckDbFailures.translate(e);
        }
    }

    private DuckDbStatement open(List<Input> inputs, BufferAllocator memory) throws SQLException {
        DuckDbStatement statement = new DuckDbStatement(database().connect(), this::ended);
        synchronized (this) {
            running.add(statement);
            if (!cancelled) {
                return registered(statement, inputs, memory);
            }
        }
        statement.close();
        throw FederationError.CANCELLED.error("The query was cancelled.");
    }

    private synchronized DuckDbDatabase database() {
        DuckDbDatabase mine = database;
        if (mine == null) {
            mine = engine.take();
            database = mine;
        }
        return mine;
    }

    /** Nobody knows what the database holds: it serves no other query. */
    private synchronized void touch() {
        untouched = false;
    }

    private static DuckDbStatement registered(DuckDbStatement statement, List<Input> inputs, BufferAllocator memory) {
        inputs.forEach(input -> statement.register(input, memory));
        return statement;
    }

    private synchronized void ended(DuckDbStatement statement) {
        running.remove(statement);
        untouched &= statement.isClean();
    }

    @Override
    public void cancel() {
        List<DuckDbStatement> toStop;
        synchronized (this) {
            cancelled = true;
            toStop = List.copyOf(running);
            untouched &= toStop.isEmpty();
        }
        toStop.forEach(DuckDbStatement::interrupt);
    }

    @Override
    public void close() {
        Optional<DuckDbDatabase> used;
        boolean again;
        List<String> left;
        synchronized (this) {
            left = List.copyOf(tables);
            used = Optional.ofNullable(database);
            again = untouched && running.isEmpty();
        }
        engine.ended(used, again, left);
    }

    static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
