package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Listens to a channel of a PostgreSQL database, on a connection of its own that is none of the pool's and counts to no limit of it. A
 * connection that is lost is made again, at growing distances; what was notified meanwhile is not known, so each new one counts as a notification.
 * The channel's payload is not looked at. Runs on a thread of its own until it is closed.
 */
final class NotificationListener implements AutoCloseable {
    private static final Duration BACKOFF_MIN = Duration.ofMillis(500);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
    /** A connection that is silent for so long is asked whether it is alive. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Connector connector;
    private final String channel;
    private final Runnable heard;
    private final LongSupplier random;
    private final Thread thread;
    private volatile boolean closed;
    // Written by the thread, cut by whoever closes.
    private volatile @Nullable Opened opened;

    /**
     * @param channel in lower case, of letters, digits and _
     * @param heard told of each notification, on the listener's thread; must not block
     */
    NotificationListener(Connector connector, String channel, Runnable heard) {
        this.connector = connector;
        this.channel = channel;
        this.heard = heard;
        this.random = () -> ThreadLocalRandom.current().nextLong(BACKOFF_MIN.toMillis());
        this.thread = Thread.ofVirtual().name("belvedere-listen-" + channel).start(this::run);
    }

    private void run() {
        Duration backoff = BACKOFF_MIN;
        while (!closed) {
            try {
                listen();
            } catch (Standing ended) {
                backoff = BACKOFF_MIN;
            } catch (SQLException | io.belvedere.model.error.BelvedereException e) {
                System.getLogger(NotificationListener.class.getName())
                        .log(System.Logger.Level.DEBUG, "cannot listen to channel {0}", channel);
            }
            try {
                Thread.sleep(backoff.plusMillis(random.getAsLong()));
            } catch (InterruptedException closing) {
                return;
            }
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(BACKOFF_MAX) < 0 ? doubled : BACKOFF_MAX;
        }
    }

    /** Says that the connection was lost after it stood, so that the source is there. */
    private static final class Standing extends Exception {
        private static final long serialVersionUID = 1;

        Standing(SQLException cause) {
            super(cause);
        }
    }

    private void listen() throws SQLException, Standing {
        Opened connection = connector.open();
        opened = connection;
        try {
            if (closed) {
                return;
            }
            Connection jdbc = connection.jdbc();
            connection.patience(ANSWER);
            jdbc.setAutoCommit(true);
            execute(jdbc, "LISTEN \"" + channel + "\"");
            heard.run();
            PGConnection listening = jdbc.unwrap(PGConnection.class);
            try {
                take(jdbc, listening);
            } catch (SQLException lost) {
                throw new Standing(lost);
            }
        } finally {
            opened = null;
            connection.cut();
        }
    }

    private void take(Connection jdbc, PGConnection listening) throws SQLException {
        while (!closed) {
            PGNotification[] heardNow = listening.getNotifications(Math.toIntExact(SILENCE.toMillis()));
            if (heardNow != null && heardNow.length > 0) {
                heard.run();
            } else {
                execute(jdbc, "SELECT 1");
            }
        }
    }

    private static void execute(Connection jdbc, String sql) throws SQLException {
        try (Statement statement = jdbc.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        closed = true;
        Opened standing = opened;
        if (standing != null) {
            standing.cut();
        }
        thread.interrupt();
    }
}
