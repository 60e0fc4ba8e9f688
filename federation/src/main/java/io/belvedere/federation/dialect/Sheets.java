package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.CapabilitySheet.Backslash;
import io.belvedere.federation.dialect.CapabilitySheet.Booleans;
import io.belvedere.federation.dialect.CapabilitySheet.Collation;
import io.belvedere.federation.dialect.CapabilitySheet.Division;
import io.belvedere.federation.dialect.CapabilitySheet.EmptyText;
import io.belvedere.federation.dialect.CapabilitySheet.Folding;
import io.belvedere.federation.dialect.CapabilitySheet.LimitForm;
import io.belvedere.federation.dialect.CapabilitySheet.NullOrder;
import io.belvedere.federation.dialect.CapabilitySheet.NullsClause;
import io.belvedere.federation.dialect.CapabilitySheet.Offer;
import io.belvedere.federation.dialect.CapabilitySheet.Proof;
import io.belvedere.federation.dialect.CapabilitySheet.Quotes;
import io.belvedere.model.source.ServerVersion;
import java.util.EnumMap;
import java.util.Map;

/** The sheets, one a product. */
final class Sheets {
    private static final String ENGINES = "the engine does it";
    private static final String NO_TYPE = "the product has no such type";
    private static final int WIRE_PARAMETERS = 65_535;

    static final CapabilitySheet POSTGRESQL = new CapabilitySheet(
            "PostgreSQL",
            ServerVersion.parse("12"),
            Proof.RUN,
            new Quotes('"', '"'),
            Folding.LOWER,
            Collation.LOCALE_ORDER,
            NullOrder.LAST,
            NullsClause.OFFERED,
            LimitForm.LIMIT_OFFSET,
            Booleans.TYPE,
            EmptyText.TEXT,
            Backslash.ESCAPE,
            Division.INTEGER,
            6,
            CapabilitySheet.UNLIMITED,
            WIRE_PARAMETERS,
            new KeyForm.Arrays(),
            new Offers().never(ENGINES, Feature.OTHER_FUNCTION).restAlways());

    static final CapabilitySheet MARIADB =
            mySqlFamily("MariaDB", "10.6", Proof.RUN, Collation.IGNORES_CASE_AND_PADDING, mySqlOffers());

    /** Its newer collations, utf8mb4_0900 and so on, do not pad; it has INTERSECT and EXCEPT since a late 8.0. */
    static final CapabilitySheet MYSQL = mySqlFamily(
            "MySQL",
            "8.0.22",
            Proof.WRITTEN,
            Collation.IGNORES_CASE,
            mySqlOffers()
                    .since("8.0.31", Feature.INTERSECT, Feature.INTERSECT_ALL, Feature.EXCEPT, Feature.EXCEPT_ALL));

    private static final String ONE_UNIT = "it counts UTF-16 units in some columns";

    static final CapabilitySheet ORACLE = new CapabilitySheet(
            "Oracle",
            ServerVersion.parse("19"),
            Proof.WRITTEN,
            new Quotes('"', '"'),
            Folding.UPPER,
            Collation.BINARY_IN_SESSION,
            NullOrder.LAST,
            NullsClause.OFFERED,
            LimitForm.FETCH,
            Booleans.NUMBERS_APART,
            EmptyText.NULL,
            Backslash.CHARACTER,
            Division.FRACTION,
            9,
            1_000,
            WIRE_PARAMETERS,
            new KeyForm.Lists(1_000),
            new Offers()
                    .never("a text without characters is NULL there", Feature.CONCAT, Feature.SUBSTRING)
                    .never("bytes are not ordered as code points in every character set", Feature.TEXT_ORDER)
                    .never(ONE_UNIT, Feature.POSITION)
                    .never("the product has none", Feature.AGGREGATE_FILTER)
                    .never("any number may stand for true", Feature.BOOLEAN_COMPARISON)
                    .never(NO_TYPE, Feature.TIME_COMPARISON)
                    .never(ENGINES, Feature.OTHER_FUNCTION)
                    .since("21", Feature.INTERSECT_ALL, Feature.EXCEPT_ALL)
                    .restAlways());

    static final CapabilitySheet SQLSERVER = new CapabilitySheet(
            "SQL Server",
            ServerVersion.parse("15"),
            Proof.WRITTEN,
            new Quotes('[', ']'),
            Folding.KEPT,
            Collation.IGNORES_CASE_AND_PADDING,
            NullOrder.FIRST,
            NullsClause.ABSENT,
            LimitForm.ORDERED_FETCH,
            Booleans.NUMBERS_APART,
            EmptyText.TEXT,
            Backslash.CHARACTER,
            Division.INTEGER,
            7,
            CapabilitySheet.UNLIMITED,
            2_100,
            new KeyForm.Json(),
            new Offers()
                    .never("spaces at the end do not count there", Feature.TEXT_GROUPING)
                    .never("code units are not ordered as code points", Feature.TEXT_ORDER)
                    .never(ONE_UNIT, Feature.SUBSTRING, Feature.CHAR_LENGTH, Feature.POSITION)
                    .never("the product has none", Feature.AGGREGATE_FILTER, Feature.INTERSECT_ALL, Feature.EXCEPT_ALL)
                    .never("a truth value there is a number", Feature.BOOLEAN_COMPARISON)
                    .never(ENGINES, Feature.OTHER_FUNCTION)
                    .since("16", Feature.DATE_FLOOR)
                    .restAlways());

    /** The join engine; it decides what everything else means. */
    static final CapabilitySheet DUCKDB = new CapabilitySheet(
            "DuckDB",
            ServerVersion.parse("2.0"),
            Proof.RUN,
            new Quotes('"', '"'),
            Folding.KEPT,
            Collation.BINARY,
            NullOrder.LAST,
            NullsClause.OFFERED,
            LimitForm.LIMIT_OFFSET,
            Booleans.TYPE,
            EmptyText.TEXT,
            Backslash.CHARACTER,
            Division.FRACTION,
            6,
            CapabilitySheet.UNLIMITED,
            WIRE_PARAMETERS,
            new KeyForm.Lists(CapabilitySheet.UNLIMITED),
            new Offers().restAlways());

    private Sheets() {}

    private static Offers mySqlOffers() {
        return new Offers()
                .never("the product has none", Feature.FULL_JOIN, Feature.AGGREGATE_FILTER)
                .never("the product has WITH ROLLUP only", Feature.GROUPING_SETS)
                .never("any number may stand for true", Feature.BOOLEAN_COMPARISON)
                .never(NO_TYPE, Feature.INSTANT_COMPARISON)
                .never(ENGINES, Feature.OTHER_FUNCTION);
    }

    private static CapabilitySheet mySqlFamily(
            String product, String oldest, Proof proof, Collation collation, Offers offers) {
        return new CapabilitySheet(
                product,
                ServerVersion.parse(oldest),
                proof,
                new Quotes('`', '`'),
                Folding.KEPT,
                collation,
                NullOrder.FIRST,
                NullsClause.ABSENT,
                LimitForm.LIMIT_BEFORE_OFFSET,
                Booleans.NUMBERS,
                EmptyText.TEXT,
                Backslash.ESCAPE,
                Division.FRACTION,
                6,
                CapabilitySheet.UNLIMITED,
                WIRE_PARAMETERS,
                new KeyForm.Lists(CapabilitySheet.UNLIMITED),
                offers.restAlways());
    }

    /** A sheet's features, in few words. Used while the sheets are made. */
    private static final class Offers {
        private final Map<Feature, Offer> offers = new EnumMap<>(Feature.class);

        Offers never(String reason, Feature... features) {
            return put(new Offer.Never(reason), features);
        }

        Offers since(String version, Feature... features) {
            return put(new Offer.Since(ServerVersion.parse(version)), features);
        }

        Map<Feature, Offer> restAlways() {
            for (Feature feature : Feature.values()) {
                offers.putIfAbsent(feature, new Offer.Always());
            }
            return offers;
        }

        private Offers put(Offer offer, Feature... features) {
            for (Feature feature : features) {
                if (offers.put(feature, offer) != null) {
                    throw new IllegalArgumentException("two stands on " + feature);
                }
            }
            return this;
        }
    }
}
