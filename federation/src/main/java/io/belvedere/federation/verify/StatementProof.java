package io.belvedere.federation.verify;

import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.federation.hash.HashedColumn;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.plan.ValueShipment;
import io.belvedere.federation.shard.ShardMap;
import io.belvedere.federation.verify.Lexer.Kind;
import io.belvedere.federation.verify.Lexer.Token;
import io.belvedere.federation.verify.TreeReader.Named;
import io.belvedere.model.ColumnName;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;

/** Reads each statement back, and holds it against its tree. */
final class StatementProof {
    private final Catalog catalog;

    StatementProof(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Refuses a statement to a source that does not say what its tree says. */
    void fetch(Step.Fetch fetch, RelNode tree) {
        SourceDefinition source = source(fetch.source());
        Product product = Product.of(source.kind());
        Syntax.Query query = Parser.parse(tokens(fetch, product));
        Part statement = new StatementReader(product, Leaf.Kind.TABLE, Set.of()).read(query);
        TreeReader reader = new TreeReader(product, scan -> named(scan, source));
        Agreement.require(reader.read(tree), hashed(statement, fetch.hashed()));
        new CacheProof(catalog).fetch(fetch, source, tree, reader);
    }

    /**
     * Refuses a statement to the engine that does not say what its tree says.
     *
     * @param hashed columns that are hashed as they come
     * @param values steps whose one value it may read
     */
    static void engine(String sql, List<HashedColumn> hashed, RelNode tree, Set<String> values) {
        Product product = Product.DUCKDB;
        Syntax.Query query = Parser.parse(Lexer.tokens(sql, product));
        Part statement = new StatementReader(product, Leaf.Kind.STEP, values).read(query);
        Part wanted = new TreeReader(product, _ -> {
                    throw Unproven.because("a table of a source in the engine");
                })
                .read(tree);
        Agreement.require(wanted, hashed(statement, hashed));
    }

    /** What a step gives of what its statement gives. */
    private static Part hashed(Part statement, List<HashedColumn> hashed) {
        List<Term> columns = new ArrayList<>(statement.columns());
        for (HashedColumn each : hashed) {
            if (each.column() < 0 || each.column() >= columns.size()) {
                throw Unproven.because("a column that is hashed and not there");
            }
            columns.set(each.column(), Logic.op(TreeTerms.hashed(each.label()), columns.get(each.column())));
        }
        return statement.giving(columns);
    }

    /**
     * Refuses a question to a directory of shards but the one: which shard a key stands on, of the table that the source names.
     */
    void directory(Step.ShardPlaces places, SourceName asked) {
        Split.Directory directory = ShardMap.of(source(asked))
                .directory()
                .orElseThrow(() -> Unproven.because("a directory of shards that the source does not have"));
        SourceDefinition owner = source(directory.table().source());
        SourceTable table = owner.findTable(directory.table())
                .orElseThrow(() -> Unproven.because("a table that the catalog does not have"));
        Product product = Product.of(owner.kind());
        List<Token> tokens = new ArrayList<>();
        for (SqlTemplate.Part part : places.sql().parts()) {
            switch (part) {
                case SqlTemplate.Text(String text) -> tokens.addAll(Lexer.tokens(text, product));
                case SqlTemplate.KeysPlace(int shipment, List<String> columns, Map<String, TextColumn> _) ->
                    tokens.addAll(keys(shipment, columns, product));
                case SqlTemplate.Value _,
                        SqlTemplate.ShippedValue _,
                        SqlTemplate.Known _,
                        SqlTemplate.RowsPlace _,
                        SqlTemplate.KnownRows _ ->
                    throw Unproven.because("a value in a question to a directory of shards");
            }
        }
        String key = remote(table, directory.key());
        boolean sound = places.source().equals(owner.name())
                && Parser.parse(tokens) instanceof Syntax.Select select
                && select.items().stream()
                        .map(Syntax.Item::value)
                        .toList()
                        .equals(List.of(
                                new Syntax.Name("", key), new Syntax.Name("", remote(table, directory.shard()))))
                && select.from().equals(Optional.of(new Syntax.Table(path(table, owner), "")))
                && select.where().equals(Optional.of(new Syntax.Keys(0, List.of(new Syntax.Name("", key)))))
                && select.groups().isEmpty()
                && select.order().isEmpty()
                && select.rows().isEmpty()
                && select.offset().isEmpty();
        if (!sound) {
            throw Unproven.because("a question to a directory of shards that asks for more than a place");
        }
    }

    private static String remote(SourceTable table, ColumnName name) {
        return table.findColumn(name)
                .orElseThrow(() -> Unproven.because("a column that the catalog does not have"))
                .remoteName();
    }

    private SourceDefinition source(SourceName name) {
        return catalog.findSource(name).orElseThrow(() -> Unproven.because("a source that the catalog does not have"));
    }

    /** The table as a statement at this source has to name it. */
    private Named named(TableScan scan, SourceDefinition runner) {
        List<String> names = scan.getTable().getQualifiedName();
        TableName name = new TableName(new SourceName(names.get(names.size() - 2)), names.getLast());
        SourceTable table =
                catalog.findTable(name).orElseThrow(() -> Unproven.because("a table that the catalog does not have"));
        return new Named(
                String.join("\n", path(table, runner)),
                table.columns().stream().map(SourceColumn::remoteName).toList());
    }

    private List<String> path(SourceTable table, SourceDefinition runner) {
        List<String> path = new ArrayList<>();
        boolean elsewhere = !table.name().source().equals(runner.name());
        if (table.remoteSchema().isPresent()) {
            path.add(table.remoteSchema().get());
        } else if (elsewhere && Product.of(runner.kind()) == Product.MYSQL_FAMILY) {
            path.add(source(table.name().source())
                    .shards()
                    .getFirst()
                    .connection()
                    .database());
        }
        path.add(table.remoteName());
        return path;
    }

    private static List<Token> tokens(Step.Fetch fetch, Product product) {
        List<Token> tokens = new ArrayList<>();
        for (SqlTemplate.Part part : fetch.sql().parts()) {
            switch (part) {
                case SqlTemplate.Text(String text) -> tokens.addAll(Lexer.tokens(text, product));
                case SqlTemplate.Value(int value) -> tokens.add(new Token(Kind.VALUE, "?" + value));
                case SqlTemplate.ShippedValue(int shipment) -> tokens.add(value(fetch, shipment));
                case SqlTemplate.Known _, SqlTemplate.KnownRows _ ->
                    throw Unproven.because("a value that no step gave");
                case SqlTemplate.RowsPlace(int shipment) -> tokens.add(rows(fetch, shipment));
                case SqlTemplate.KeysPlace(int shipment, List<String> columns, Map<String, TextColumn> _) -> {
                    requireKeys(fetch, shipment, columns.size());
                    tokens.addAll(keys(shipment, columns, product));
                }
            }
        }
        return tokens;
    }

    private static List<Token> keys(int shipment, List<String> columns, Product product) {
        List<Token> tokens = new ArrayList<>(List.of(new Token(Kind.KEYS, Integer.toString(shipment))));
        tokens.addAll(Lexer.tokens("(" + String.join(", ", columns) + ")", product));
        return tokens;
    }

    private static Token value(Step.Fetch fetch, int shipment) {
        if (shipment < 0 || shipment >= fetch.values().size()) {
            throw Unproven.because("a place for a value that is not shipped");
        }
        ValueShipment value = fetch.values().get(shipment);
        return new Token(Kind.VALUE, TreeTerms.place(value.from(), value.bound()));
    }

    private static Token rows(Step.Fetch fetch, int shipment) {
        if (shipment < 0 || shipment >= fetch.rows().size()) {
            throw Unproven.because("a place for rows that are not shipped");
        }
        return new Token(Kind.ROWS, fetch.rows().get(shipment).from());
    }

    private static void requireKeys(Step.Fetch fetch, int shipment, int columns) {
        if (shipment < 0
                || shipment >= fetch.keys().size()
                || columns != fetch.keys().get(shipment).columns().size()) {
            throw Unproven.because("a place for keys that are not shipped");
        }
    }
}
