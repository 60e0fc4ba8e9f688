package io.belvedere.model.yaml;

import io.belvedere.model.source.Connection.TlsMode;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import io.belvedere.model.source.Split.Hash.Function;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file of kind Source, as it is written; {@link ViewSpec} says how to read the annotations. */
@Described("A database, or several that hold one split set of tables.")
record SourceSpec(
        @Described(value = "The version of this file format.", words = Forms.API_VERSION) @Required @Nullable
        String apiVersion,

        @Described(value = "What the file defines.", words = "Source") @Required @Nullable
        String kind,

        @Described("What the source is called.") @Required @Valid @Nullable
        Metadata metadata,

        @Described("Where the source stands and what views may use of it.") @Required @Valid @Nullable
        Body spec) {

    /** What the source is called. */
    record Metadata(
            @Described(
                    value = "The source's name, and the first part of its tables' names in queries.",
                    examples = "orders")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String name,

            @Described("What the source holds.")
            @Size(max = Forms.DESCRIPTION_MAX, message = "has at most {max} characters")
            @Nullable
            String description) {}

    /** Where the source stands and what views may use of it. */
    record Body(
            @Described("The database product, or the kind of files.") @Required @Nullable
            SourceKind kind,

            @Described("Where the database stands, when there is one; otherwise shards.") @Valid @Nullable
            ConnectionSpec connection,

            @Described("Where the databases stand, when the tables are split over several; otherwise connection.")
            @Size(min = 1, max = SourceDefinition.SHARDS_MAX, message = "has {min} to {max} shards")
            @Nullable
            List<@Valid ShardSpec> shards,

            @Described("Where the files stand, for the kinds duckdb, parquet and csv; instead of connection.")
            @Valid
            @Nullable
            FilesSpec files,

            @Described("How rows are spread over the shards.") @Valid @Nullable
            SplitSpec split,

            @Described("The tables that views may use.")
            @Required
            @Size(min = 1, max = SourceDefinition.TABLES_MAX, message = "has {min} to {max} tables")
            @Nullable
            List<@Valid TableSpec> tables,

            @Described("How hard the source may be asked.") @Valid @Nullable
            LimitSpec limits) {}

    /** Where files stand. */
    record FilesSpec(
            @Described(
                    value =
                            "The folder below the one that the operator opened for sources; that one itself when left out.",
                    examples = "sales/2026")
            @Size(max = Forms.LENGTH_UNCHECKED, message = "has at most {max} characters")
            @Nullable
            String folder,

            @Described(value = "The database file, for the kind duckdb.", examples = "sales.duckdb")
            @Size(max = Forms.LENGTH_UNCHECKED, message = "has at most {max} characters")
            @Nullable
            String database) {}

    /** One database of a source. */
    record ShardSpec(
            @Described(value = "The shard's name, unique in the source.", examples = "orders_0")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String name,

            @Described("Where the database stands.") @Required @Valid @Nullable
            ConnectionSpec connection) {}

    /** Where a database stands. */
    record ConnectionSpec(
            @Described(
                    value = "A host name, an IPv4 or an IPv6 address, or ${env:NAME}.",
                    examples = {"db.example.com", "${env:ORDERS_HOST}"})
            @Required
            @Size(max = Forms.LENGTH_UNCHECKED, message = "has at most {max} characters")
            @Nullable
            String host,

            @Described(
                    value = "A port from 1 to 65535, or ${env:NAME}.",
                    form = Forms.VARIABLE,
                    examples = {"5432", "${env:ORDERS_PORT}"})
            @Required
            @AnyScalar(min = 1, max = 65_535)
            @Nullable
            String port,

            @Described(value = "The database, or ${env:NAME}.", examples = "orders")
            @Required
            @Size(max = Forms.LENGTH_UNCHECKED, message = "has at most {max} characters")
            @Nullable
            String database,

            @Described(
                    value = "The user, who should have no right but to read, or ${env:NAME}.",
                    examples = "belvedere")
            @Required
            @Size(max = Forms.LENGTH_UNCHECKED, message = "has at most {max} characters")
            @Nullable
            String user,

            @Described(
                    value = "Where the password is found: ${env:NAME} or ${file:/path}; never the password.",
                    form = Forms.SECRET,
                    examples = {"${env:ORDERS_PASSWORD}", "${file:/run/secrets/orders}"})
            @Required
            @AnyScalar
            @Nullable
            String password,

            @Described("verify-full (the default) checks certificate and host name; disabled is for this machine only.")
            @Nullable
            TlsMode tls) {}

    /** How rows are spread over the shards. */
    record SplitSpec(
            @Described("modulo: key mod n is the shard; range: by bounds; list: by values; hash: hash of the key mod n;"
                    + " directory: a table says; opaque: equal keys stand together, nothing more.")
            @Required
            @Nullable
            SplitRule rule,

            @Described("For range: shard i holds the keys below bounds[i]; numbers or dates, one less than there are"
                    + " shards, ascending.")
            @Size(min = 1, max = SourceDefinition.SHARDS_MAX - 1, message = "has {min} to {max} bounds")
            @AnyScalar
            @Nullable
            List<String> bounds,

            @Described("For list: which keys stand on a shard. A key that is not listed may stand on any.")
            @Size(min = 1, max = SourceDefinition.SHARDS_MAX, message = "has {min} to {max} shards")
            @Nullable
            List<@Valid ListSpec> lists,

            @Described("For hash: postgres, as PostgreSQL places rows in hash partitions; crc32, CRC-32 of the key as"
                    + " text.")
            @Nullable
            Function function,

            @Described("For directory: the table that says where a key stands.") @Valid @Nullable
            DirectorySpec directory,

            @Described("The shard key of each table.")
            @Required
            @Size(min = 1, max = SourceDefinition.TABLES_MAX, message = "has {min} to {max} tables")
            @Nullable
            Map<String, String> keys) {}

    /** The rules of a split. */
    enum SplitRule {
        MODULO,
        RANGE,
        LIST,
        HASH,
        DIRECTORY,
        OPAQUE
    }

    /** The keys of one shard. */
    record ListSpec(
            @Described(value = "The shard's name.", examples = "orders_0")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String shard,

            @Described(value = "The keys that stand there: texts, numbers or dates.", examples = "DE")
            @Required
            @Size(min = 1, max = Split.Listed.VALUES_MAX, message = "has {min} to {max} values")
            @AnyScalar
            @Nullable
            List<String> values) {}

    /** The table that says where a key stands. */
    record DirectorySpec(
            @Described(
                    value = "The table, source.table, of a source that is not split.",
                    examples = "routing.customers")
            @Required
            @Size(max = Forms.VIEW_NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.VIEW_NAME, message = "must be source.table")
            @Nullable
            String table,

            @Described(value = "Its column of keys, of the type of the shard keys.", examples = "customer_id")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String key,

            @Described(value = "Its column with the shard's name, or its index from 0.", examples = "shard")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String shard) {}

    /** A table of a source. */
    record TableSpec(
            @Described(value = "How queries name the table, after the source's name.", examples = "customers")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String name,

            @Described("Its name at the source, where that differs.") @Valid @Nullable
            RemoteSpec remote,

            @Described("The columns that views may use.")
            @Required
            @Size(min = 1, max = SourceTable.COLUMNS_MAX, message = "has {min} to {max} columns")
            @Nullable
            List<@Valid TableColumnSpec> columns) {}

    /** A table's name at the source. */
    record RemoteSpec(
            @Described(value = "The schema; the connection's default when left out.", examples = "public")
            @Size(min = 1, max = Forms.NAME_MAX, message = "has {min} to {max} characters")
            @Pattern(regexp = Forms.REMOTE, message = Forms.REMOTE_MESSAGE)
            @Nullable
            String schema,

            @Described(
                    "The table; the same name as in queries when left out, for parquet and csv with .parquet or .csv at its end.")
            @Size(min = 1, max = Forms.NAME_MAX, message = "has {min} to {max} characters")
            @Pattern(regexp = Forms.REMOTE, message = Forms.REMOTE_MESSAGE)
            @Nullable
            String name) {}

    /** A column of a table. */
    record TableColumnSpec(
            @Described(value = "How queries name the column.", examples = "customer_id")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String name,

            @Described(
                    value = "The column's SQL type. Inside braces, quote decimal(p,s).",
                    examples = {"bigint", "varchar", "decimal(12,2)"})
            @Required
            @Pattern(regexp = Forms.TYPE, message = Forms.TYPE_MESSAGE)
            @Nullable
            String type,

            @Described("Whether the column is never NULL; false when left out.") @Nullable
            Boolean required,

            @Described("Whether the column is part of the primary key; false when left out.") @Nullable
            Boolean key,

            @Described(
                    value = "The classes of data that policy speaks about; views inherit them.",
                    examples = "pii.email")
            @Size(max = Forms.CLASSIFICATIONS_MAX, message = "has at most {max} classes")
            @Nullable
            List<
                            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
                            @Pattern(regexp = Forms.CLASSIFICATION, message = Forms.CLASSIFICATION_MESSAGE) String>
                    classification,

            @Described("Its name at the source, where that differs.")
            @Size(min = 1, max = Forms.NAME_MAX, message = "has {min} to {max} characters")
            @Pattern(regexp = Forms.REMOTE, message = Forms.REMOTE_MESSAGE)
            @Nullable
            String remote) {}

    /** How hard the source may be asked. */
    record LimitSpec(
            @Described("Statements at a time on each shard.")
            @Min(value = 1, message = "is at least {value}")
            @Max(value = 64, message = "is at most {value}")
            @Nullable
            Integer concurrency,

            @Described(value = "The longest a statement may run at the source.", examples = "30s")
            @Pattern(regexp = Forms.DURATION, message = Forms.DURATION_MESSAGE)
            @Nullable
            String statementTimeout,

            @Described("How many rows one fragment may fetch.")
            @Min(value = 1, message = "is at least {value}")
            @Max(value = 100_000_000, message = "is at most {value}")
            @Nullable
            Long maxRows,

            @Described("How many shards one query may ask; one that needs more is refused.")
            @Min(value = 1, message = "is at least {value}")
            @Max(value = SourceDefinition.SHARDS_MAX, message = "is at most {value}")
            @Nullable
            Integer maxShards,

            @Described(
                    value =
                            "How far behind its original the source may be, if it is a replica; further behind, it is not read. Not looked at when left out.",
                    examples = "10s")
            @Pattern(regexp = Forms.DURATION, message = Forms.DURATION_MESSAGE)
            @Nullable
            String maxLag) {}
}
