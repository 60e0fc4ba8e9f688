package io.belvedere.server.telemetry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.JsonFormatter;

/** How the server's own log lines are written, and where else they go. Whoever begins it closes it. */
public final class LogLines implements AutoCloseable {
    private final Optional<LogExport> export;

    private LogLines(Optional<LogExport> export) {
        this.export = export;
    }

    /** What a line looks like. */
    public enum Form {
        /** For people. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }

    /**
     * From now on lines have this form, and also go to a receiver of OTLP over HTTP where one is named.
     *
     * @param version the server's, as the receiver sees it
     */
    public static LogLines begin(Form form, Optional<URI> endpoint, String version) {
        Logger root = Logger.getLogger("");
        switch (form) {
            case TEXT -> {
                // As the framework has it.
            }
            case JSON -> writers(root.getHandlers()).forEach(handler -> handler.setFormatter(new JsonFormatter()));
        }
        Optional<LogExport> export = endpoint.map(to -> LogExport.to(to, version));
        export.ifPresent(root::addHandler);
        return new LogLines(export);
    }

    /** Those that write, also behind one that only passes on. */
    private static List<Handler> writers(Handler[] handlers) {
        List<Handler> writers = new ArrayList<>();
        for (Handler handler : handlers) {
            Handler[] behind = handler instanceof ExtHandler outer ? outer.getHandlers() : new Handler[0];
            if (behind.length == 0) {
                writers.add(handler);
            } else {
                writers.addAll(writers(behind));
            }
        }
        return writers;
    }

    @Override
    public void close() {
        export.ifPresent(handler -> {
            Logger.getLogger("").removeHandler(handler);
            handler.close();
        });
    }
}
