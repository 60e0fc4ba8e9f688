package io.belvedere.federation.verify;

import io.belvedere.federation.plan.Lookup;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;

/**
 * What a fetch reads in memory, held against its tree: exactly the dimensions that the tree scans, and, where it is done without the
 * engine, every condition of the tree and no other, letter for letter.
 */
final class CacheProof {
    private final Catalog catalog;

    CacheProof(Catalog catalog) {
        this.catalog = catalog;
    }

    void fetch(Step.Fetch fetch, SourceDefinition source, RelNode tree, TreeReader reader) {
        if (source.isInMemory() != fetch.cache().isPresent()) {
            throw Unproven.because("a source that is asked in another place than where it stands");
        }
        fetch.cache().ifPresent(cache -> {
            Set<String> read =
                    cache.dimensions().stream().map(TableName::toString).collect(Collectors.toSet());
            Set<String> scanned = tables(tree).map(SourceTable::remoteName).collect(Collectors.toSet());
            if (!read.equals(scanned)) {
                throw Unproven.because("other dimensions than those of the tree");
            }
            cache.lookup().ifPresent(lookup -> require(lookup, tree, reader));
        });
    }

    private Stream<SourceTable> tables(RelNode rel) {
        return rel instanceof TableScan scan
                ? Stream.of(catalog.findTable(Body.table(scan))
                        .orElseThrow(() -> Unproven.because("a table that the catalog does not have")))
                : rel.getInputs().stream().flatMap(this::tables);
    }

    private void require(Lookup lookup, RelNode tree, TreeReader reader) {
        Part wanted = reader.read(tree);
        Leaf leaf = wanted.leaves().getFirst();
        boolean one = wanted.leaves().size() == 1
                && leaf.kind() == Leaf.Kind.TABLE
                && leaf.name().equals(lookup.dimension().toString());
        if (!one) {
            throw Unproven.because("a lookup in another dimension than its tree");
        }
        SourceTable table = tables(tree).findFirst().orElseThrow(() -> Unproven.because("a lookup in nothing"));
        Set<String> meant = new HashSet<>();
        wanted.conditions().stream()
                .map(Held::term)
                .filter(term -> !term.equals(Logic.TRUE))
                .forEach(term -> meant.add(Agreement.text(term)));
        Set<String> done = new HashSet<>();
        for (Lookup.Test test : lookup.tests()) {
            Logic.conjuncts(List.of(term(test, leaf, table))).forEach(term -> done.add(Agreement.text(term)));
        }
        List<String> given = lookup.columns().stream()
                .map(column -> Agreement.text(column(leaf, table, column)))
                .toList();
        if (!meant.equals(done)
                || !given.equals(wanted.columns().stream().map(Agreement::text).toList())) {
            throw Unproven.because("a lookup that does not say what its tree says");
        }
    }

    private static Term column(Leaf leaf, SourceTable table, int index) {
        List<SourceColumn> columns = table.columns();
        if (index < 0 || index >= columns.size()) {
            throw Unproven.because("a column that the dimension does not have");
        }
        return new Term.Column(leaf, columns.get(index).remoteName());
    }

    private static Term term(Lookup.Test test, Leaf leaf, SourceTable table) {
        return switch (test) {
            case Lookup.Compared(int column, Lookup.Operator operator, Literal value) ->
                Logic.op(word(operator), column(leaf, table, column), constant(value));
            case Lookup.OneOf(int column, List<Literal> values) ->
                Logic.or(values.stream()
                        .map(value -> (Term) Logic.op("=", column(leaf, table, column), constant(value)))
                        .toList());
            case Lookup.IsNull(int column) -> Logic.op("IS NULL", column(leaf, table, column));
            case Lookup.IsNotNull(int column) -> Logic.op("IS NOT NULL", column(leaf, table, column));
            case Lookup.OneOfKeys(int shipment, List<Integer> columns) -> {
                List<Term> terms = new ArrayList<>();
                columns.forEach(column -> terms.add(column(leaf, table, column)));
                yield new Term.Op("KEYS " + shipment, terms);
            }
        };
    }

    private static String word(Lookup.Operator operator) {
        return switch (operator) {
            case EQUAL -> "=";
            case NOT_EQUAL -> "<>";
            case LESS -> "<";
            case AT_MOST -> "<=";
            case GREATER -> ">";
            case AT_LEAST -> ">=";
        };
    }

    private static Term constant(Literal literal) {
        Optional<Term> term = switch (literal) {
            case Literal.Text(String text) -> Optional.of(Logic.text(text));
            case Literal.Numeric(var number) -> Optional.of(Logic.number(number));
            case Literal.Date(var date) -> Optional.of(Logic.moment(date.toString()));
            case Literal.Bool _, Literal.Timestamp _ -> Optional.empty();
        };
        return term.orElseThrow(() -> Unproven.because("a lookup by a value of another kind"));
    }
}
