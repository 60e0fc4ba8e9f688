package io.belvedere.federation.engine.duckdb;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.engine.EngineSession;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/** One query's database. Every statement has a connection of its own: a stream's name is known on its connection only. */
final class DuckDbSession implements EngineSession {
    private final DuckDbDatabase database;
    private final Runnable whenClosed;
    // Both guarded by this.
    private final Set<DuckDbStatement> running = new HashSet<>();
    private boolean cancelled;

    /**
     * @param whenClosed lets the database go
     */
    DuckDbSession(DuckDbDatabase database, Runnable whenClosed) {
        this.database = database;
        this.whenClosed = whenClosed;
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
        } catch (SQLException e) {
            throw DuckDbFailures.translate(e);
        }
    }

    @Override
    public Rows deliver(String sql, List<Input> inputs, BufferAllocator memory) {
        try {
            DuckDbStatement statement = open(inputs, memory);
            try {
                return statement.stream(sql, memory);
            } catch (SQLException | RuntimeException e) {
                statement.close();
                throw e;
            }
        } catch (SQLException e) {
            throw DuckDbFailures.translate(e);
        }
    }

    private DuckDbStatement open(List<Input> inputs, BufferAllocator memory) throws SQLException {
        DuckDbStatement statement = new DuckDbStatement(database.connect(), this::ended);
        synchronized (this) {
            running.add(statement);
            if (!cancelled) {
                return registered(statement, inputs, memory);
            }
        }
        statement.close();
        throw FederationError.CANCELLED.error("The query was cancelled.");
    }

    private static DuckDbStatement registered(DuckDbStatement statement, List<Input> inputs, BufferAllocator memory) {
        inputs.forEach(input -> statement.register(input, memory));
        return statement;
    }

    private synchronized void ended(DuckDbStatement statement) {
        running.remove(statement);
    }

    @Override
    public void cancel() {
        List<DuckDbStatement> toStop;
        synchronized (this) {
            cancelled = true;
            toStop = List.copyOf(running);
        }
        toStop.forEach(DuckDbStatement::interrupt);
    }

    @Override
    public void close() {
        whenClosed.run();
    }

    private static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
