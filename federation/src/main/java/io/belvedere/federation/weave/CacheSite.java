package io.belvedere.federation.weave;

import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.DimensionRows;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.InMemory;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The dimensions at hand, as the tables of one source more: so they are planned, verified and asked like any other. A table's name at
 * this source is the dimension's name. Immutable.
 */
public final class CacheSite {
    private static final String NAME = "cache";

    private final AtHand atHand;
    private final Optional<SourceDefinition> source;
    private final Map<TableName, SourceTable> tables;

    private CacheSite(AtHand atHand, Optional<SourceDefinition> source, Map<TableName, SourceTable> tables) {
        this.atHand = atHand;
        this.source = source;
        this.tables = tables;
    }

    static CacheSite of(AtHand atHand, Catalog catalog) {
        if (atHand.names().isEmpty()) {
            return new CacheSite(atHand, Optional.empty(), Map.of());
        }
        SourceName name = new SourceName(NAME);
        while (catalog.findSource(name).isPresent()) {
            name = new SourceName(name.value() + "_");
        }
        Map<TableName, SourceTable> tables = new LinkedHashMap<>();
        for (DimensionDefinition dimension : atHand.definitions()) {
            tables.put(dimension.name(), table(dimension, name, tables.values()));
        }
        SourceDefinition source = new SourceDefinition(
                name,
                SourceKind.DUCKDB,
                "",
                List.of(new Shard(NAME, new InMemory())),
                Optional.empty(),
                new ArrayList<>(tables.values()),
                SourceLimits.DEFAULT,
                "");
        return new CacheSite(atHand, Optional.of(source), tables);
    }

    /** Its name is the dimension's in one word, which two dimensions may share. */
    private static SourceTable table(DimensionDefinition dimension, SourceName cache, Collection<SourceTable> others) {
        TableName wanted = new TableName(
                cache, dimension.name().source() + "_" + dimension.name().table());
        while (isTaken(wanted, others)) {
            wanted = new TableName(cache, wanted.table() + "_");
        }
        return new SourceTable(
                wanted,
                Optional.empty(),
                dimension.name().toString(),
                dimension.columns().stream().map(CacheSite::here).toList());
    }

    private static boolean isTaken(TableName name, Collection<SourceTable> others) {
        return others.stream().anyMatch(other -> other.name().equals(name));
    }

    /** Rows are kept under the names that views use. */
    private static SourceColumn here(SourceColumn column) {
        return new SourceColumn(
                column.name(),
                column.name().value(),
                column.type(),
                column.presence(),
                column.keyPart(),
                column.classifications());
    }

    /** The catalog with this source; the same one where no dimension is at hand. */
    public Catalog in(Catalog catalog) {
        if (source.isEmpty()) {
            return catalog;
        }
        List<SourceDefinition> sources = new ArrayList<>(catalog.sources());
        sources.add(source.get());
        return new Catalog(sources, catalog.views(), catalog.dimensions());
    }

    /** The rows of a table of this source. */
    public Optional<DimensionRows> rows(TableName table) {
        return tables.entrySet().stream()
                .filter(each -> each.getValue().name().equals(table))
                .findFirst()
                .flatMap(each -> atHand.find(each.getKey()));
    }

    Optional<SourceRelTable> find(TableName dimension) {
        return Optional.ofNullable(tables.get(dimension)).map(table -> new SourceRelTable(source.orElseThrow(), table));
    }
}
