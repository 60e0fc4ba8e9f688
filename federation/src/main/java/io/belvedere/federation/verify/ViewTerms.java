package io.belvedere.federation.verify;

import io.belvedere.federation.weave.SecureFilter;
import java.util.List;
import org.apache.calcite.rex.RexNode;

/** Expressions over the columns of a view, by name. */
final class ViewTerms {
    private static final Leaf VIEW = new Leaf(Leaf.Kind.TABLE, "view");

    private final TreeTerms terms;

    ViewTerms(SecureFilter barrier) {
        List<Term> columns = barrier.getRowType().getFieldNames().stream()
                .<Term>map(name -> new Term.Column(VIEW, name))
                .toList();
        // The product that spells every comparison alike.
        this.terms = new TreeTerms(Product.DUCKDB, new Part(List.of(), List.of(), columns));
    }

    Term column(String name) {
        return new Term.Column(VIEW, name);
    }

    Term condition(RexNode node) {
        return terms.condition(node);
    }

    String text(RexNode node) {
        return Agreement.text(terms.term(node));
    }
}
