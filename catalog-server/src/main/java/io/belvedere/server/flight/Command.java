package io.belvedere.server.flight;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.sql.impl.FlightSql;

/** What a client asks about, as far as it is offered here. */
sealed interface Command {
    /** A statement's rows. */
    record Statement(String sql) implements Command {}

    /** The rows of a statement that was prepared. */
    record Prepared(ByteString handle) implements Command {}

    /** Something about the catalog or the server. */
    sealed interface Listing extends Command {
        /** The catalogs: one. */
        record Catalogs() implements Listing {}

        /** The domains. */
        record Schemas(Optional<String> catalog, Pattern name) implements Listing {}

        /** The views. */
        record Tables(Optional<String> catalog, Pattern schema, Pattern name, List<String> types, Columns columns)
                implements Listing {
            public Tables {
                types = List.copyOf(types);
            }
        }

        /** Whether tables are listed with their columns. */
        enum Columns {
            LEFT_OUT,
            GIVEN
        }

        /** The kinds of tables. */
        record TableTypes() implements Listing {}

        /** The key of a view. */
        record PrimaryKeys(Optional<String> catalog, Optional<String> schema, String table) implements Listing {}

        /** Keys between views, of which there are none. */
        record ForeignKeys(Kind kind) implements Listing {}

        /** Which keys between views. */
        enum Kind {
            IMPORTED,
            EXPORTED,
            CROSS
        }

        /** What the server can do. */
        record Abilities(List<Integer> ids) implements Listing {
            public Abilities {
                ids = List.copyOf(ids);
            }
        }

        /** The types of columns. */
        record Types(Optional<Integer> type) implements Listing {}
    }

    /** Reads a descriptor; UNIMPLEMENTED for what is not offered. */
    static Command of(FlightDescriptor descriptor) {
        if (!descriptor.isCommand()) {
            throw Failures.unimplemented("Only commands of Flight SQL are offered here, no paths.");
        }
        return of(descriptor.getCommand());
    }

    /** As {@link #of(FlightDescriptor)}, from the command's bytes. */
    static Command of(byte[] bytes) {
        Any any = any(bytes);
        String url = any.getTypeUrl();
        return switch (url.substring(url.lastIndexOf('/') + 1)) {
            case "arrow.flight.protocol.sql.CommandStatementQuery" -> {
                FlightSql.CommandStatementQuery query = unpack(any, FlightSql.CommandStatementQuery.class);
                if (query.hasTransactionId()) {
                    throw noTransactions();
                }
                yield new Statement(query.getQuery());
            }
            case "arrow.flight.protocol.sql.CommandPreparedStatementQuery" ->
                new Prepared(unpack(any, FlightSql.CommandPreparedStatementQuery.class)
                        .getPreparedStatementHandle());
            default -> listing(any, url.substring(url.lastIndexOf('/') + 1));
        };
    }

    private static Listing listing(Any any, String name) {
        return switch (name) {
            case "arrow.flight.protocol.sql.CommandGetCatalogs" -> new Listing.Catalogs();
            case "arrow.flight.protocol.sql.CommandGetDbSchemas" -> {
                FlightSql.CommandGetDbSchemas asked = unpack(any, FlightSql.CommandGetDbSchemas.class);
                yield new Listing.Schemas(
                        given(asked.hasCatalog(), asked.getCatalog()),
                        Pattern.of(given(asked.hasDbSchemaFilterPattern(), asked.getDbSchemaFilterPattern())));
            }
            case "arrow.flight.protocol.sql.CommandGetTables" -> {
                FlightSql.CommandGetTables asked = unpack(any, FlightSql.CommandGetTables.class);
                yield new Listing.Tables(
                        given(asked.hasCatalog(), asked.getCatalog()),
                        Pattern.of(given(asked.hasDbSchemaFilterPattern(), asked.getDbSchemaFilterPattern())),
                        Pattern.of(given(asked.hasTableNameFilterPattern(), asked.getTableNameFilterPattern())),
                        asked.getTableTypesList(),
                        asked.getIncludeSchema() ? Listing.Columns.GIVEN : Listing.Columns.LEFT_OUT);
            }
            case "arrow.flight.protocol.sql.CommandGetTableTypes" -> new Listing.TableTypes();
            case "arrow.flight.protocol.sql.CommandGetPrimaryKeys" -> {
                FlightSql.CommandGetPrimaryKeys asked = unpack(any, FlightSql.CommandGetPrimaryKeys.class);
                yield new Listing.PrimaryKeys(
                        given(asked.hasCatalog(), asked.getCatalog()),
                        given(asked.hasDbSchema(), asked.getDbSchema()),
                        asked.getTable());
            }
            case "arrow.flight.protocol.sql.CommandGetImportedKeys" -> new Listing.ForeignKeys(Listing.Kind.IMPORTED);
            case "arrow.flight.protocol.sql.CommandGetExportedKeys" -> new Listing.ForeignKeys(Listing.Kind.EXPORTED);
            case "arrow.flight.protocol.sql.CommandGetCrossReference" -> new Listing.ForeignKeys(Listing.Kind.CROSS);
            case "arrow.flight.protocol.sql.CommandGetSqlInfo" ->
                new Listing.Abilities(
                        unpack(any, FlightSql.CommandGetSqlInfo.class).getInfoList());
            case "arrow.flight.protocol.sql.CommandGetXdbcTypeInfo" -> {
                FlightSql.CommandGetXdbcTypeInfo asked = unpack(any, FlightSql.CommandGetXdbcTypeInfo.class);
                yield new Listing.Types(asked.hasDataType() ? Optional.of(asked.getDataType()) : Optional.empty());
            }
            default -> throw Failures.unimplemented("This command is not offered here.");
        };
    }

    private static Optional<String> given(boolean there, String value) {
        return there ? Optional.of(value) : Optional.empty();
    }

    /** The message that an action or a command is packed in. */
    static Any any(byte[] bytes) {
        try {
            return Any.parseFrom(bytes);
        } catch (InvalidProtocolBufferException unreadable) {
            throw Failures.unimplemented("Only commands of Flight SQL are offered here.");
        }
    }

    static <M extends Message> M unpack(Any any, Class<M> type) {
        try {
            return any.unpack(type);
        } catch (InvalidProtocolBufferException unreadable) {
            throw REQUEST_INVALID.error("The message is not the command that it says it is.");
        }
    }

    static RuntimeException noTransactions() {
        return Failures.unimplemented(
                "There are no transactions here: each statement is read by itself. Leave autocommit on.");
    }
}
