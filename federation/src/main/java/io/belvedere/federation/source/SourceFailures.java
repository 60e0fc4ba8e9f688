package io.belvedere.federation.source;

import io.belvedere.federation.FederationError;
import io.belvedere.model.SourceName;
import io.belvedere.model.error.BelvedereException;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/** What a driver's exception means. The vendor's words stay in the cause, for the log. */
public final class SourceFailures {
    /** Shut down by an administrator, by a crash, or still starting; could not be put in an order with others. */
    private static final Set<String> RETRYABLE = Set.of("57P01", "57P02", "57P03", "40001", "40P01");

    private static final int MARIADB_SHUTDOWN = 1_053;
    private static final int MARIADB_SESSION_KILLED = 1_927;
    private static final Set<Integer> MARIADB_RETRYABLE = Set.of(MARIADB_SHUTDOWN, MARIADB_SESSION_KILLED);
    private static final int MARIADB_LOCK_WAIT = 1_205;
    private static final Set<String> POSTGRES_TIMEOUTS = Set.of("57014", "25P03", "25P04");
    private static final Set<String> CONTENTION = Set.of("40001", "40P01", "55P03");
    /** Too many connections, of all or of this account; some of them come with a state of class 42. */
    private static final Set<Integer> MARIADB_FULL = Set.of(1_040, 1_203, 1_226);

    /** More tables in a join than it takes; text of collations that do not go together; too deep for its stack. */
    private static final Set<Integer> MARIADB_STATEMENT = Set.of(1_116, 1_267, 1_270, 1_271, 1_436);

    private static final int MARIADB_STATEMENT_TIME = 1_969;
    private static final int MARIADB_INTERRUPTED = 1_317;
    private static final int MYSQL_EXECUTION_TIME = 3_024;
    private static final Set<Integer> MARIADB_TIMEOUTS =
            Set.of(MARIADB_STATEMENT_TIME, MARIADB_INTERRUPTED, MYSQL_EXECUTION_TIME);

    private static final List<String> FILE_DATA =
            List.of("Conversion Error", "Out of Range Error", "Invalid Input Error", "Mismatch Type Error");
    private static final List<String> FILE_DRIFT = List.of("Catalog Error", "Binder Error", "Permission Error");

    private SourceFailures() {}

    /** What kind of failure it is. */
    public enum Kind {
        /** The source cannot be reached, was lost, or refuses everybody. Counts for the breaker. */
        INFRASTRUCTURE,
        /** It does not accept our credentials. Counted apart, so that no account gets locked. */
        CREDENTIALS,
        /** It asks to try again. */
        CONTENTION,
        /** It stopped the statement for its time. */
        TIMEOUT,
        /** A value did not fit. */
        DATA,
        /** A table, column or right is not as defined. */
        DRIFT,
        /** What the statement needs is more than the source may use for it. */
        LIMIT,
        /** The source is up and understood the statement, but will not run it: the fault is ours. */
        STATEMENT
    }

    public static Kind kind(SQLException failure) {
        String state = state(failure);
        // The class of an exception says enough where a driver gives no state with it.
        if (state.isEmpty() && !(failure instanceof SQLTimeoutException) && !(failure instanceof SQLDataException)) {
            return fileKind(String.valueOf(failure.getMessage())).orElse(Kind.INFRASTRUCTURE);
        }
        if (failure instanceof SQLTimeoutException
                || POSTGRES_TIMEOUTS.contains(state)
                || MARIADB_TIMEOUTS.contains(failure.getErrorCode())) {
            return Kind.TIMEOUT;
        }
        if (failure instanceof SQLDataException) {
            return Kind.DATA;
        }
        Optional<Kind> known = VendorCodes.kind(failure);
        if (known.isPresent()) {
            return known.get();
        }
        if (isTooLarge(failure)) {
            return Kind.LIMIT;
        }
        if (MARIADB_FULL.contains(failure.getErrorCode())) {
            return Kind.INFRASTRUCTURE;
        }
        if (CONTENTION.contains(state) || failure.getErrorCode() == MARIADB_LOCK_WAIT) {
            return Kind.CONTENTION;
        }
        if (MARIADB_STATEMENT.contains(failure.getErrorCode())) {
            return Kind.STATEMENT;
        }
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "28" -> Kind.CREDENTIALS;
            case "21", "22" -> Kind.DATA;
            case "54" -> Kind.STATEMENT;
            // Class 25: the statement wanted to write, which no statement of ours does.
            case "42", "3F", "0A", "25" -> Kind.DRIFT;
            default -> Kind.INFRASTRUCTURE;
        };
    }

    /**
     * Whether the same statement may be sent once more, given that no row was read: the source refused us, broke the connection or
     * asked for it. Never after a time-out: what was too slow once is not made faster by asking twice.
     */
    public static boolean mayRetry(SQLException failure) {
        boolean may = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                if (sql instanceof SQLTimeoutException
                        || POSTGRES_TIMEOUTS.contains(state(sql))
                        || MARIADB_TIMEOUTS.contains(sql.getErrorCode())) {
                    return false;
                }
                may |= RETRYABLE.contains(state(sql)) || MARIADB_RETRYABLE.contains(sql.getErrorCode());
            } else if (cause instanceof SocketTimeoutException || cause instanceof SSLException) {
                return false;
            } else {
                may |= cause instanceof SocketException || cause instanceof EOFException;
            }
        }
        return may;
    }

    /**
     * Whether PostgreSQL's driver stopped reading because the rows of one answer are more than it may hold. It gives this the state of a
     * lost connection; the name of its setting stands in the text in every language.
     */
    private static boolean isTooLarge(SQLException failure) {
        return failure.getCause() == null
                && String.valueOf(failure.getMessage()).contains(PostgresDriver.RESULT_BYTES_SETTING);
    }

    /** DuckDB has no states; it says what happened in the first words of its text. */
    private static Optional<Kind> fileKind(String text) {
        if (text.contains("INTERRUPT Error") || text.contains("Interrupted!")) {
            return Optional.of(Kind.TIMEOUT);
        }
        if (text.contains("Out of Memory Error")) {
            return Optional.of(Kind.LIMIT);
        }
        if (FILE_DATA.stream().anyMatch(text::contains)) {
            return Optional.of(Kind.DATA);
        }
        return FILE_DRIFT.stream().anyMatch(text::contains) ? Optional.of(Kind.DRIFT) : Optional.empty();
    }

    /** Whether the source said nothing for so long that we stopped listening: what it does meanwhile is not known. */
    public static boolean isSilence(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    /** The failure in words that hold nothing of the vendor's. */
    public static BelvedereException translate(SourceName source, SQLException failure) {
        return switch (kind(failure)) {
            case INFRASTRUCTURE, CREDENTIALS, CONTENTION -> unavailable(source, failure);
            case TIMEOUT ->
                FederationError.TIMED_OUT.error(
                        "Source '" + source + "' took longer than a statement may take.", failure);
            case DATA ->
                FederationError.DATA_ERROR.error("A value at source '" + source + "' does not fit the query.", failure);
            case LIMIT ->
                FederationError.LIMIT_EXCEEDED.error(
                        "Source '" + source
                                + "' needs more memory or temporary space for its part of the query than it may"
                                + " use; narrow the query.",
                        failure);
            case STATEMENT ->
                FederationError.UNSUPPORTED.error(
                        "Source '" + source + "' does not take its part of the query; write the query in another way.",
                        failure);
            case DRIFT ->
                FederationError.SCHEMA_DRIFT.error(
                        "Source '" + source + "' no longer offers what its definition says.", failure);
        };
    }

    static BelvedereException unavailable(SourceName source, Throwable cause) {
        return FederationError.SOURCE_UNAVAILABLE.error(
                "Source '" + source + "' does not answer; try again later.", cause);
    }

    private static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "" : state;
    }
}
