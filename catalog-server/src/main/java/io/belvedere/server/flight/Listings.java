package io.belvedere.server.flight;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.model.DataType;
import io.belvedere.model.ViewId;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.server.pipeline.Contract;
import io.belvedere.server.pipeline.DeprecatedUse;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What the caller may know of the catalog, as JDBC asks for it: domains as schemas, views as tables. A view stands under its name in its newest
 * version that is not deprecated, if there is one, and, where there are several, under {@code name@version} in each. There are no catalogs above the domains. Safe for use by many threads.
 */
final class Listings {
    private static final String VIEW = "VIEW";
    /** A view has 500 columns at most, so that a batch stays small. */
    private static final int TABLES_PER_BATCH = 100;

    private final QueryPipeline pipeline;
    private final Abilities abilities;

    Listings(QueryPipeline pipeline, Abilities abilities) {
        this.pipeline = pipeline;
        this.abilities = abilities;
    }

    /** A table as it is listed. */
    private record Table(String schema, String name, Contract contract) {}

    static Schema schema(Command.Listing listing) {
        return switch (listing) {
            case Command.Listing.Catalogs _ -> Schemas.GET_CATALOGS_SCHEMA;
            case Command.Listing.Schemas _ -> Schemas.GET_SCHEMAS_SCHEMA;
            case Command.Listing.Tables tables ->
                switch (tables.columns()) {
                    case GIVEN -> Schemas.GET_TABLES_SCHEMA;
                    case LEFT_OUT -> Schemas.GET_TABLES_SCHEMA_NO_SCHEMA;
                };
            case Command.Listing.TableTypes _ -> Schemas.GET_TABLE_TYPES_SCHEMA;
            case Command.Listing.PrimaryKeys _ -> Schemas.GET_PRIMARY_KEYS_SCHEMA;
            case Command.Listing.ForeignKeys(Command.Listing.Kind kind) ->
                switch (kind) {
                    case IMPORTED -> Schemas.GET_IMPORTED_KEYS_SCHEMA;
                    case EXPORTED -> Schemas.GET_EXPORTED_KEYS_SCHEMA;
                    case CROSS -> Schemas.GET_CROSS_REFERENCE_SCHEMA;
                };
            case Command.Listing.Abilities _ -> Schemas.GET_SQL_INFO_SCHEMA;
            case Command.Listing.Types _ -> Schemas.GET_TYPE_INFO_SCHEMA;
        };
    }

    void answer(Request request, Command.Listing listing, FlightResult result, ServerStreamListener client) {
        switch (listing) {
            case Command.Listing.Abilities(List<Integer> ids) -> abilities.send(ids, client);
            case Command.Listing.Types(Optional<Integer> type) -> TypeRows.send(type, schema(listing), result);
            case Command.Listing.Catalogs _, Command.Listing.ForeignKeys _ -> result.list(schema(listing), List.of());
            case Command.Listing.TableTypes _ ->
                result.list(schema(listing), List.of(root -> {
                    text(root, 0, 0, VIEW);
                    root.setRowCount(1);
                }));
            case Command.Listing.Schemas asked -> result.list(schema(listing), schemas(request, asked));
            case Command.Listing.Tables asked -> result.list(schema(listing), tables(request, asked));
            case Command.Listing.PrimaryKeys asked -> result.list(schema(listing), keys(request, asked));
        }
    }

    private List<FlightResult.Rows> schemas(Request request, Command.Listing.Schemas asked) {
        if (asked.catalog().filter(name -> !name.isEmpty()).isPresent()) {
            return List.of();
        }
        List<String> names = pipeline
                .contracts(request, view -> asked.name().matches(view.name().domain()))
                .stream()
                .map(contract -> contract.view().id().name().domain())
                .distinct()
                .sorted()
                .toList();
        return List.of(root -> {
            for (int row = 0; row < names.size(); row++) {
                text(root, 1, row, names.get(row));
            }
            root.setRowCount(names.size());
        });
    }

    private List<FlightResult.Rows> tables(Request request, Command.Listing.Tables asked) {
        boolean otherTypes = !asked.types().isEmpty() && !asked.types().contains(VIEW);
        if (otherTypes || asked.catalog().filter(name -> !name.isEmpty()).isPresent()) {
            return List.of();
        }
        Wanted wanted =
                (schema, name) -> asked.schema().matches(schema) && asked.name().matches(name);
        List<Table> tables = listed(request, wanted).stream()
                .sorted(Comparator.comparing(Table::schema).thenComparing(Table::name))
                .toList();
        List<FlightResult.Rows> batches = new ArrayList<>();
        for (int from = 0; from < tables.size(); from += TABLES_PER_BATCH) {
            List<Table> part = tables.subList(from, Math.min(from + TABLES_PER_BATCH, tables.size()));
            batches.add(root -> write(root, part, asked.columns()));
        }
        return batches;
    }

    private static void write(VectorSchemaRoot root, List<Table> tables, Command.Listing.Columns columns) {
        for (int row = 0; row < tables.size(); row++) {
            Table table = tables.get(row);
            text(root, 1, row, table.schema());
            text(root, 2, row, table.name());
            text(root, 3, row, VIEW);
            if (columns == Command.Listing.Columns.GIVEN) {
                ((VarBinaryVector) root.getVector(4))
                        .setSafe(row, columns(table).serializeAsMessage());
            }
        }
        root.setRowCount(tables.size());
    }

    /** Which tables are asked for. */
    @FunctionalInterface
    private interface Wanted {
        boolean takes(String schema, String name);

        /** Whether a version may stand under a name that is asked for; which one it has depends on what else the caller may see. */
        default boolean takes(ViewId view) {
            String schema = view.name().domain();
            String name = view.name().name();
            return takes(schema, name) || takes(schema, pinned(view));
        }
    }

    /** The tables that are wanted; policy is asked about them alone. */
    private List<Table> listed(Request request, Wanted wanted) {
        return all(pipeline.contracts(request, wanted::takes)).stream()
                .filter(table -> wanted.takes(table.schema(), table.name()))
                .toList();
    }

    private static String pinned(ViewId view) {
        return view.name().name() + "@" + view.version();
    }

    /** The views' contracts under every name that they are asked for by. */
    private static List<Table> all(List<Contract> contracts) {
        List<Table> tables = new ArrayList<>();
        for (Contract contract : contracts) {
            String schema = contract.view().id().name().domain();
            String name = contract.view().id().name().name();
            if (contract.view().id().version().equals(contract.meant())) {
                tables.add(new Table(schema, name, contract));
            }
            if (contract.versions().size() > 1) {
                tables.add(new Table(schema, pinned(contract.view().id()), contract));
            }
        }
        return tables;
    }

    private static Schema columns(Table table) {
        return new Schema(table.contract().columns().stream()
                .map(column -> field(table, column))
                .toList());
    }

    private static Field field(Table table, Contract.VisibleColumn column) {
        OutputColumn output = new OutputColumn(
                column.column().name().value(), column.type(), column.column().presence());
        Field plain = ArrowTypes.schema(List.of(output)).getFields().getFirst();
        FlightSqlColumnMetadata.Builder about = new FlightSqlColumnMetadata.Builder()
                .schemaName(table.schema())
                .tableName(table.name())
                .typeName(column.type().toString())
                .isAutoIncrement(false)
                .isCaseSensitive(true)
                .isReadOnly(true)
                .isSearchable(true)
                .remarks(remarks(table.contract().view(), column.column()));
        if (column.type() instanceof DataType.Decimal(int precision, int scale)) {
            about.precision(precision).scale(scale);
        }
        Map<String, String> metadata = about.build().getMetadataMap();
        return new Field(
                plain.getName(), new FieldType(plain.isNullable(), plain.getType(), null, metadata), List.of());
    }

    /** Drivers show what is said of columns, and nothing that is said of tables. */
    private static String remarks(ViewDefinition view, ColumnContract column) {
        return view.deprecation()
                .map(clause -> (new DeprecatedUse(view.id(), clause).text() + " " + column.description()).strip())
                .orElse(column.description());
    }

    /** A key of which the caller may not see every column is none to them. */
    private List<FlightResult.Rows> keys(Request request, Command.Listing.PrimaryKeys asked) {
        if (asked.catalog().filter(name -> !name.isEmpty()).isPresent()) {
            return List.of();
        }
        Wanted wanted = (schema, name) -> name.equals(asked.table())
                && asked.schema().filter(other -> !other.equals(schema)).isEmpty();
        return listed(request, wanted).stream().map(Listings::key).toList();
    }

    private static FlightResult.Rows key(Table table) {
        List<String> whole = table.contract().view().columns().stream()
                .filter(column -> column.keyPart() == KeyPart.KEY)
                .map(column -> column.name().value())
                .toList();
        List<String> visible = table.contract().columns().stream()
                .map(column -> column.column().name().value())
                .toList();
        List<String> key = visible.containsAll(whole) ? whole : List.of();
        return root -> {
            for (int row = 0; row < key.size(); row++) {
                text(root, 1, row, table.schema());
                text(root, 2, row, table.name());
                text(root, 3, row, key.get(row));
                ((IntVector) root.getVector(4)).setSafe(row, row + 1);
            }
            root.setRowCount(key.size());
        };
    }

    private static void text(VectorSchemaRoot root, int column, int row, String text) {
        ((VarCharVector) root.getVector(column)).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
    }
}
