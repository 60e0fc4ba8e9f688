package io.belvedere.federation.dialect;

import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.SourceKind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What one product can be asked, and in which words: the facts that its {@link Dialect}, the planner and the documentation share.
 * A feature that no sheet offers stays in the engine, with the sheet's reason in the plan's report.
 *
 * @param product its name, as reports and the documentation say it
 * @param oldest the oldest version that may be a source; assumed of a server whose version nobody stated
 * @param proof how the SQL written for it is known to be right
 * @param quotes around an identifier; inside, the closing one is doubled
 * @param folding what the product does to a name that is not quoted. We quote every name
 * @param collation how its text compares when nothing else is said
 * @param nulls where it puts NULL in an ascending order when nothing else is said
 * @param nullsClause whether {@code NULLS FIRST} and {@code NULLS LAST} can be said
 * @param limit how the number of rows is limited
 * @param booleans what a truth value is
 * @param emptyText what a text without characters is
 * @param backslash what it does in a plain literal, under at least one setting
 * @param division what an integer divided by an integer is
 * @param fractionDigits of a second, in a timestamp
 * @param listMax elements in one IN list
 * @param parametersMax parameters of one statement
 * @param keys how shipped keys are written
 * @param features what it offers; every feature is in it
 */
public record CapabilitySheet(
        String product,
        ServerVersion oldest,
        Proof proof,
        Quotes quotes,
        Folding folding,
        Collation collation,
        NullOrder nulls,
        NullsClause nullsClause,
        LimitForm limit,
        Booleans booleans,
        EmptyText emptyText,
        Backslash backslash,
        Division division,
        int fractionDigits,
        int listMax,
        int parametersMax,
        KeyForm keys,
        Map<Feature, Offer> features) {
    /** No limit but the statement's length. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    public CapabilitySheet {
        features = Map.copyOf(features);
        Set<Feature> silent = EnumSet.allOf(Feature.class);
        silent.removeAll(features.keySet());
        if (!silent.isEmpty()) {
            throw new IllegalArgumentException(product + " takes no stand on " + silent);
        }
    }

    /** The sheet of a kind of source. */
    public static CapabilitySheet of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL -> Sheets.POSTGRESQL;
            case MARIADB -> Sheets.MARIADB;
            case MYSQL -> Sheets.MYSQL;
            case ORACLE -> Sheets.ORACLE;
            case SQLSERVER -> Sheets.SQLSERVER;
            case DUCKDB, PARQUET, CSV -> Sheets.DUCKDB;
        };
    }

    /** Throws {@link NotOffered}, with the reason, for what a server of this version is not asked. */
    void require(Feature feature, ServerVersion version) {
        switch (features.get(feature)) {
            case Offer.Always() -> {}
            case Offer.Since(ServerVersion first) -> {
                if (!version.isAtLeast(first)) {
                    throw new NotOffered(
                            plain(feature) + " needs " + product + " " + first + ", and the source states " + version);
                }
            }
            case Offer.Never(String reason) -> throw new NotOffered(plain(feature) + " is not asked: " + reason);
            case null -> throw new IllegalStateException("the constructor checks that all are there");
        }
    }

    private static String plain(Feature feature) {
        return feature.label().replace("`", "");
    }

    /** Whether a feature is offered. */
    public sealed interface Offer {
        /** By every version that may be a source. */
        record Always() implements Offer {}

        /** By this version and later ones. */
        record Since(ServerVersion first) implements Offer {}

        /** @param reason half a sentence: because … */
        record Never(String reason) implements Offer {}
    }

    /** How the SQL written for a product is known to be right. */
    public enum Proof {
        /** Tests run it on the real product. */
        RUN,
        /** It is compared with files and read by a tokenizer; it has never met a real server. */
        WRITTEN
    }

    /** Around an identifier. */
    public record Quotes(char open, char close) {}

    /** What happens to a name that is not quoted. */
    public enum Folding {
        LOWER,
        UPPER,
        KEPT
    }

    /** How text compares when nothing else is said. */
    public enum Collation {
        /** By code point. */
        BINARY,
        /** Equal only when the same; ordered by the database's locale. */
        LOCALE_ORDER,
        /** Without case, and spaces at the end do not count. */
        IGNORES_CASE_AND_PADDING,
        /** Without case. */
        IGNORES_CASE,
        /** Equal only when the same, except that fixed-length columns are padded; set to binary in each session. */
        BINARY_IN_SESSION
    }

    /** Where NULL stands in an ascending order. */
    public enum NullOrder {
        FIRST,
        LAST
    }

    /** Whether the place of NULL can be said. */
    public enum NullsClause {
        OFFERED,
        ABSENT
    }

    /** How the number of rows is limited. */
    public enum LimitForm {
        /** {@code LIMIT n OFFSET m}, each alone too. */
        LIMIT_OFFSET,
        /** As above, but an offset needs a limit before it. */
        LIMIT_BEFORE_OFFSET,
        /** {@code OFFSET m ROWS FETCH NEXT n ROWS ONLY}, each alone too. */
        FETCH,
        /** As above, but only after an ORDER BY, and a limit needs an offset before it. */
        ORDERED_FETCH
    }

    /** What a truth value is. */
    public enum Booleans {
        /** A type; conditions are values. */
        TYPE,
        /** Numbers, which may stand where a condition is wanted. */
        NUMBERS,
        /** Numbers, and a condition is no value. */
        NUMBERS_APART
    }

    /** What a text without characters is. */
    public enum EmptyText {
        TEXT,
        NULL
    }

    /** What a backslash in a plain literal does, under at least one setting of the server. */
    public enum Backslash {
        CHARACTER,
        ESCAPE
    }

    /** What an integer divided by an integer is. */
    public enum Division {
        INTEGER,
        FRACTION
    }
}
