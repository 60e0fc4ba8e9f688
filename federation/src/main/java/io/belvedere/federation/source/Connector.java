package io.belvedere.federation.source;

import io.belvedere.federation.source.SourceObserver.Event;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.FileLocation;
import io.belvedere.model.source.InMemory;
import io.belvedere.model.source.Shard;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to one shard with the secret as it is at that moment. Remembers of a password that was refused only a salted
 * digest, to see when there is another. Safe for use by many threads.
 */
final class Connector {
    private static final int SALT_BYTES = 16;

    private final Shard shard;
    private final Driver driver;
    private final Secrets secrets;
    private final Breaker breaker;
    private final Consumer<Event> observer;
    private final byte[] salt = new byte[SALT_BYTES];
    private volatile byte @Nullable [] refused;

    Connector(Shard shard, Driver driver, Secrets secrets, Breaker breaker, Consumer<Event> observer) {
        this.shard = shard;
        this.driver = driver;
        this.secrets = secrets;
        this.breaker = breaker;
        this.observer = observer;
        new SecureRandom().nextBytes(salt);
    }

    /**
     * A new connection; whoever asked for it closes it.
     *
     * @throws SQLException of class 28 when the credentials are refused, else of class 08: whatever keeps us out, it is the source
     *     that is not there, not a statement that is wrong
     */
    Opened open() throws SQLException {
        if (breaker.waitsForCredentials()) {
            throw new SQLException("the credentials were refused a moment ago", "28000");
        }
        return probe();
    }

    /** As {@link #open}, even when the credentials were refused before. */
    Opened probe() throws SQLException {
        String password = password();
        try {
            return connect(password);
        } catch (SQLException e) {
            if (SourceFailures.kind(e) != SourceFailures.Kind.CREDENTIALS) {
                throw e;
            }
            // It may have been changed between our reading it and the server's: one that is new is tried at once.
            String again = password();
            if (again.equals(password)) {
                refused(password);
                throw e;
            }
            try {
                return connect(again);
            } catch (SQLException second) {
                if (SourceFailures.kind(second) == SourceFailures.Kind.CREDENTIALS) {
                    refused(again);
                }
                throw second;
            }
        }
    }

    /** The password as it is now; files have none. */
    private String password() {
        return switch (shard.location()) {
            case Connection target -> secrets.require(target.password());
            case FileLocation _, InMemory _ -> "";
        };
    }

    private Opened connect(String password) throws SQLException {
        try {
            Opened opened = driver.connect(shard, password);
            observer.accept(Event.CONNECTED);
            return opened;
        } catch (SQLException e) {
            if (SourceFailures.kind(e) == SourceFailures.Kind.CREDENTIALS) {
                throw e;
            }
            throw new SQLException("cannot connect", "08001", e);
        }
    }

    private void refused(String password) {
        refused = digest(password);
        breaker.credentialsRefused();
        observer.accept(Event.CREDENTIALS_REFUSED);
    }

    /** Whether the secret is another one now than the one that was refused last. */
    boolean hasNewSecret() {
        byte[] last = refused;
        return last != null && !MessageDigest.isEqual(last, digest(password()));
    }

    private byte[] digest(String password) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(salt);
            return sha256.digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
