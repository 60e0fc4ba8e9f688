package io.belvedere.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.Freshness;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A coffee chain in memory: the sources and views that federation's tests share, and decisions on them.
 *
 * <p>A column is written {@code name type[!][*] [class…]}: {@code !} for required, {@code *} for key.
 */
public final class FederationFixture {
    /** What CURRENT_TIMESTAMP is in tests. */
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    public static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    /** Keys for hashes; {@code k2} is the active one. */
    public static final HashKeys HASH_KEYS = HashKeys.of(
            "k2",
            Map.of("k1", "1".repeat(32).getBytes(UTF_8), "k2", "2".repeat(32).getBytes(UTF_8)));

    private FederationFixture() {}

    public static Catalog catalog() {
        return new Catalog(sources(), views());
    }

    /** The catalog with more views. */
    public static Catalog catalogWith(ViewDefinition... more) {
        List<ViewDefinition> all = new ArrayList<>(views());
        all.addAll(List.of(more));
        return new Catalog(sources(), all);
    }

    public static List<SourceDefinition> sources() {
        return List.of(
                source(
                        "crm",
                        SourceKind.MARIADB,
                        1,
                        Map.of(),
                        table(
                                "crm",
                                "customers",
                                "id bigint!*",
                                "name varchar! pii.name",
                                "email varchar pii.email",
                                "phone varchar pii.phone",
                                "card_number varchar payment.card",
                                "country_code varchar!",
                                "region varchar! scope.region",
                                "segment varchar",
                                "created_at timestamp!"),
                        table("crm", "countries", "code varchar!*", "name varchar!", "region varchar! scope.region")),
                source(
                        "inventory",
                        SourceKind.MARIADB,
                        1,
                        Map.of(),
                        table("inventory", "products", "id bigint!*", "name varchar!", "price decimal(10,2)!"),
                        table(
                                "inventory",
                                "stock",
                                "store_id bigint!*",
                                "product_id bigint!*",
                                "quantity integer!",
                                "reorder_level integer!")),
                source(
                        "orders",
                        SourceKind.POSTGRESQL,
                        2,
                        Map.of("orders", "id", "order_items", "order_id"),
                        table(
                                "orders",
                                "orders",
                                "id bigint!*",
                                "customer_id bigint!",
                                "store_id bigint!",
                                "status varchar!",
                                "ordered_at timestamp with time zone!",
                                "promised_at timestamp with time zone",
                                "total decimal(12,2)!"),
                        table(
                                "orders",
                                "order_items",
                                "order_id bigint!*",
                                "line_no integer!*",
                                "product_id bigint!",
                                "quantity integer!",
                                "unit_price decimal(10,2)!")),
                source(
                        "payments",
                        SourceKind.POSTGRESQL,
                        1,
                        Map.of(),
                        table(
                                "payments",
                                "payments",
                                "id bigint!*",
                                "order_id bigint!",
                                "amount decimal(12,2)!",
                                "method varchar!",
                                "status varchar!",
                                "paid_at timestamp with time zone")));
    }

    public static List<ViewDefinition> views() {
        return List.of(
                view(
                        "crm.customer_360@1.0.0",
                        """
                        SELECT c.id AS customer_id, c.name AS customer_name, c.email, c.phone, c.card_number, c.region,
                               k.name AS country, c.segment, c.created_at
                        FROM crm.customers c JOIN crm.countries k ON k.code = c.country_code
                        """,
                        "customer_id bigint!*",
                        "customer_name varchar! pii.name",
                        "email varchar pii.email",
                        "phone varchar pii.phone",
                        "card_number varchar payment.card",
                        "region varchar! scope.region",
                        "country varchar!",
                        "segment varchar",
                        "created_at timestamp!"),
                view(
                        "fulfilment.late_orders@1.0.0",
                        """
                        SELECT c.id AS customer_id, c.name AS customer_name, c.email, c.region, o.id AS order_id,
                               o.ordered_at, o.promised_at, o.total, p.name AS product, i.quantity, s.quantity AS in_stock
                        FROM crm.customers c
                        JOIN orders.orders o ON o.customer_id = c.id
                        JOIN orders.order_items i ON i.order_id = o.id
                        JOIN inventory.stock s ON s.store_id = o.store_id AND s.product_id = i.product_id
                        JOIN inventory.products p ON p.id = i.product_id
                        JOIN payments.payments y ON y.order_id = o.id
                        WHERE o.status = 'open' AND o.promised_at < TIMESTAMP '2026-11-01 00:00:00'
                          AND y.status = 'pending' AND s.quantity < s.reorder_level
                        """,
                        "customer_id bigint!",
                        "customer_name varchar! pii.name",
                        "email varchar pii.email",
                        "region varchar! scope.region",
                        "order_id bigint!",
                        "ordered_at timestamp with time zone!",
                        "promised_at timestamp with time zone",
                        "total decimal(12,2)!",
                        "product varchar!",
                        "quantity integer!",
                        "in_stock integer!"),
                view(
                        "sales.orders@1.0.0",
                        "SELECT id AS order_id, customer_id, status, ordered_at, total FROM orders.orders",
                        "order_id bigint!*",
                        "customer_id bigint!",
                        "status varchar!",
                        "ordered_at timestamp with time zone!",
                        "total decimal(12,2)!"),
                view(
                        "sales.orders@2.0.0",
                        "SELECT id AS order_id, customer_id, ordered_at, total FROM orders.orders",
                        "order_id bigint!*",
                        "customer_id bigint!",
                        "ordered_at timestamp with time zone!",
                        "total decimal(12,2)!"),
                view(
                        "sales.revenue_by_country@1.0.0",
                        """
                        SELECT v.country, v.region, COUNT(*) AS orders, SUM(o.total) AS revenue
                        FROM sales.orders o JOIN crm.customer_360 v ON v.customer_id = o.customer_id
                        GROUP BY v.country, v.region
                        """,
                        "country varchar!*",
                        "region varchar! scope.region",
                        "orders bigint!",
                        "revenue decimal(38,2)!"));
    }

    /** Every row and column. */
    public static Allow steward(Collection<ViewDefinition> views) {
        return PolicyFixtures.everything(views).allow(Allow.Detail.FULL);
    }

    /** EU rows; email and phone masked, the card hidden. */
    public static Allow analyst(Collection<ViewDefinition> views) {
        return PolicyFixtures.everything(views)
                .rowsWhere("region", "EU")
                .mask("email", new Mask.Email())
                .mask("phone", new Mask.KeepLast(2))
                .mask("card_number", new Mask.Hidden())
                .allow();
    }

    public static ResolvedQuery resolve(String sql, Literal... parameters) {
        return resolve(catalog(), sql, parameters);
    }

    public static ResolvedQuery resolve(Catalog catalog, String sql, Literal... parameters) {
        return new QueryResolver(CLOCK)
                .resolve(
                        new QueryText(
                                sql, Arrays.stream(parameters).map(Optional::of).toList()),
                        catalog);
    }

    public static GovernedQuery weaveAsAnalyst(String sql) {
        ResolvedQuery query = resolve(sql);
        return new Weaver().weave(query, analyst(query.views()));
    }

    public static GovernedQuery weaveAsSteward(String sql) {
        ResolvedQuery query = resolve(sql);
        return new Weaver().weave(query, steward(query.views()));
    }

    /** A view of version {@code name@1.0.0} with the columns of its contract. */
    public static ViewDefinition view(String id, String query, String... columns) {
        return view(id, query, ViewLimits.DEFAULT, new OnSourceFailure.Fail(), columns);
    }

    public static ViewDefinition view(
            String id, String query, ViewLimits limits, OnSourceFailure onSourceFailure, String... columns) {
        ViewId view = ViewId.parse(id);
        return new ViewDefinition(
                view,
                view.name().name(),
                "fixture-team",
                "A view for tests.",
                Set.of(),
                query,
                Arrays.stream(columns).map(FederationFixture::contract).toList(),
                limits,
                onSourceFailure,
                "a".repeat(64),
                new Origin("views/" + view.name() + ".yaml", 10, 5));
    }

    /** The view with a bound for the age of dimensions' rows. */
    public static ViewDefinition fresh(ViewDefinition view, Duration staleMax) {
        return new ViewDefinition(
                view.id(),
                view.title(),
                view.owner(),
                view.description(),
                view.tags(),
                view.query(),
                view.columns(),
                view.limits(),
                view.onSourceFailure(),
                view.pushdown(),
                view.caching(),
                view.declassified(),
                new Freshness(Optional.of(staleMax)),
                view.hash(),
                view.origin());
    }

    /** A dimension of a whole table of {@link #sources()}. */
    public static DimensionDefinition dimension(String name, String table) {
        SourceTable whole = sources().stream()
                .flatMap(source -> source.tables().stream())
                .filter(each -> each.name().toString().equals(table))
                .findFirst()
                .orElseThrow();
        return dimension(name, whole);
    }

    /** A dimension of a whole table. */
    public static DimensionDefinition dimension(String name, SourceTable whole) {
        return dimension(name, whole.name().source(), new Contents.WholeTable(whole.name()), whole.columns());
    }

    /** A dimension of a query. */
    public static DimensionDefinition dimension(String name, String source, String query, String... columns) {
        return dimension(
                name,
                new SourceName(source),
                new Contents.OfQuery(query, new Origin("dimensions/" + name + ".yaml", 10, 5)),
                table(source, "unused", columns).columns());
    }

    private static DimensionDefinition dimension(
            String name, SourceName source, Contents contents, List<SourceColumn> columns) {
        String[] parts = name.split("\\.", 2);
        return new DimensionDefinition(
                new TableName(new SourceName(parts[0]), parts[1]),
                "A dimension for tests.",
                source,
                contents,
                columns,
                DimensionDefinition.REFRESH_DEFAULT,
                DimensionDefinition.STALE_MAX_DEFAULT,
                DimensionDefinition.ROWS_MAX_DEFAULT,
                DimensionDefinition.BYTES_MAX_DEFAULT,
                Optional.empty(),
                "c".repeat(64));
    }

    private static SourceDefinition source(
            String name, SourceKind kind, int shards, Map<String, String> keys, SourceTable... tables) {
        SourceName source = new SourceName(name);
        List<Shard> where = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            where.add(new Shard(
                    name + "_" + i,
                    new Connection(
                            "localhost",
                            kind == SourceKind.POSTGRESQL ? 5432 : 3306,
                            shards == 1 ? name : name + "_" + i,
                            "belvedere",
                            new SecretReference.Environment("PASSWORD"),
                            Connection.TlsMode.DISABLED)));
        }
        Map<TableName, ColumnName> splitKeys = new java.util.HashMap<>();
        keys.forEach((table, key) -> splitKeys.put(new TableName(source, table), new ColumnName(key)));
        return new SourceDefinition(
                source,
                kind,
                "A source for tests.",
                where,
                shards == 1 ? Optional.empty() : Optional.of(new Split(splitKeys, new Split.Modulo())),
                List.of(tables),
                SourceLimits.DEFAULT,
                "b".repeat(64));
    }

    public static SourceTable table(String source, String name, String... columns) {
        return new SourceTable(
                new TableName(new SourceName(source), name),
                Optional.empty(),
                name,
                Arrays.stream(columns)
                        .map(FederationFixture::contract)
                        .map(column -> new SourceColumn(
                                column.name(),
                                column.name().value(),
                                column.type(),
                                column.presence(),
                                column.keyPart(),
                                column.classifications()))
                        .toList());
    }

    private static ColumnContract contract(String text) {
        String[] words = text.split(" ");
        List<String> type = new ArrayList<>();
        Set<Classification> classes = new java.util.HashSet<>();
        for (String word : List.of(words).subList(1, words.length)) {
            if (word.contains(".")) {
                classes.add(new Classification(word));
            } else {
                type.add(word);
            }
        }
        String written = String.join(" ", type);
        return new ColumnContract(
                new ColumnName(words[0]),
                DataType.parse(written.replaceAll("[!*]", "")),
                written.contains("!") ? Presence.REQUIRED : Presence.OPTIONAL,
                written.contains("*") ? KeyPart.KEY : KeyPart.NONE,
                classes,
                "");
    }
}
