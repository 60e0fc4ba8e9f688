package io.belvedere.federation.weave;

import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.sql.ViewBody;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A table that a view wants to be filtered at its source. */
public record RequiredTable(ViewId view, TableName table) {
    /** Of every view that the query touches. */
    static List<RequiredTable> of(ResolvedQuery query) {
        List<RequiredTable> required = new ArrayList<>();
        query.bodies()
                .forEach((view, body) -> body.view()
                        .pushdown()
                        .tables()
                        .forEach(name ->
                                named(name, body).forEach(table -> required.add(new RequiredTable(view, table)))));
        return required;
    }

    /** The tables of sources that a body reads itself and that have the name: {@code table} or {@code source.table}. */
    static List<TableName> named(String name, ViewBody body) {
        return body.tables().values().stream()
                .flatMap(target -> target instanceof ViewBody.Target.Leaf leaf
                        ? Stream.of(leaf.table().name())
                        : Stream.<TableName>empty())
                .filter(table -> table.table().equals(name) || table.toString().equals(name))
                .distinct()
                .toList();
    }
}
