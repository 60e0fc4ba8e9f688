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
                .never(ENGINES, Feature.DATE_FLOOR, Feature.OTHER_FUNCTION);
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
