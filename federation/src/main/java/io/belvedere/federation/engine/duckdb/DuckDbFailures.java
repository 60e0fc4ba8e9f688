package io.belvedere.federation.engine.duckdb;

import io.belvedere.federation.FederationError;
import io.belvedere.model.error.BelvedereException;
import java.util.List;

/** What an error of DuckDB means. It says so only in the first words of its text, which may go on with a value and stays in the cause. */
final class DuckDbFailures {
    private static final List<String> DATA = List.of(
            "Conversion Error",
            "Out of Range Error",
            "Mismatch Type Error",
            "Invalid Input Error",
            "Decimal Error",
            "Constraint Error");

    private DuckDbFailures() {}

    /** Whether the driver kept back what went wrong. */
    static boolean isWithoutReason(Exception failure) {
        return String.valueOf(failure.getMessage()).contains("Invalid result set");
    }

    static BelvedereException translate(Exception failure) {
        String text = String.valueOf(failure.getMessage());
        if (text.contains("INTERRUPT Error") || text.contains("Interrupted!")) {
            return FederationError.CANCELLED.error("The query was cancelled.", failure);
        }
        if (text.contains("Out of Memory Error") || text.contains("OutOfMemory")) {
            return FederationError.LIMIT_EXCEEDED.error(
                    "The query needs more memory or temporary space to join its rows than one query may use.", failure);
        }
        if (text.contains("a scalar sub-query gave several rows")) {
            return FederationError.DATA_ERROR.error(
                    "A sub-query that stands for one value gave several rows; aggregate them, or take the first.",
                    failure);
        }
        if (DATA.stream().anyMatch(text::contains)) {
            return FederationError.DATA_ERROR.error("A value in the data does not fit the query.", failure);
        }
        return FederationError.ENGINE_FAILED.error("The join engine failed.", failure);
    }
}
