package io.belvedere.model.yaml;

import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceTable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of kind Dimension, as it is written; {@link ViewSpec} says how to read the annotations. */
@Described("A small table, or query, of one source whose rows are kept in memory.")
record DimensionSpec(
        @Described(value = "The version of this file format.", words = Forms.API_VERSION) @Required @Nullable
        String apiVersion,

        @Described(value = "What the file defines.", words = "Dimension") @Required @Nullable
        String kind,

        @Described("What the dimension is called.") @Required @Valid @Nullable
        Metadata metadata,

        @Described("Whose rows are kept, and for how long.") @Required @Valid @Nullable
        Body spec) {

    /** What the dimension is called. */
    record Metadata(
            @Described(
                    value = "How views name it: domain.name; the name of no table and of no view.",
                    examples = "geo.countries")
            @Required
            @Size(max = Forms.VIEW_NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.VIEW_NAME, message = Forms.VIEW_NAME_MESSAGE)
            @Nullable
            String name,

            @Described("What a row is.")
            @Size(max = Forms.DESCRIPTION_MAX, message = "has at most {max} characters")
            @Nullable
            String description) {}

    /** Whose rows are kept, and for how long. */
    record Body(
            @Described(value = "The source that the rows come from.", examples = "crm")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String source,

            @Described(value = "The table that is kept whole; otherwise query.", examples = "countries")
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String table,

            @Described(
                    value = "ANSI SQL over source.table of that one source, when it is not a whole table.",
                    examples = "SELECT code, name FROM crm.countries WHERE active")
            @NotBlank(message = "is empty")
            @Size(max = Forms.QUERY_MAX, message = "has at most {max} characters")
            @Nullable
            String query,

            @Described("The columns that the query gives, in order; of a whole table they are known.")
            @Size(min = 1, max = SourceTable.COLUMNS_MAX, message = "has {min} to {max} columns")
            @Nullable
            List<@Valid ColumnSpec> columns,

            @Described(
                    value =
                            "For a table: the columns that tell its rows apart, when they are not those that the source marks as key.",
                    examples = "code")
            @Size(min = 1, max = 16, message = "has {min} to {max} columns")
            @Nullable
            List<
                            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
                            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE) String>
                    key,

            @Described("When the rows are loaded anew; every 5m when left out.") @Valid @Nullable
            RefreshSpec refresh,

            @Described(
                    value =
                            "How old rows may be that a query is answered with, from 1s to 1h; 15m when left out. Older ones are dropped.",
                    examples = "15m")
            @Pattern(regexp = Forms.DURATION, message = Forms.DURATION_MESSAGE)
            @Nullable
            String maxStaleness,

            @Described("How many rows may be kept; more are refused at load.")
            @Min(value = 1, message = "is at least {value}")
            @Max(value = DimensionDefinition.ROWS_MAX_MAX, message = "is at most {value}")
            @Nullable
            Long maxRows,

            @Described("How many bytes of memory the rows and their index may take; more are refused at load.")
            @Min(value = 1, message = "is at least {value}")
            @Max(value = DimensionDefinition.BYTES_MAX_MAX, message = "is at most {value}")
            @Nullable
            Long maxBytes,

            @Described("How the source tells that rows changed, before they are due.") @Valid @Nullable
            ChangesSpec changes) {}

    /** When the rows are loaded anew: one of the two. */
    record RefreshSpec(
            @Described(value = "So long after the load before, from 1s to 1h.", examples = "5m")
            @Pattern(regexp = Forms.DURATION, message = Forms.DURATION_MESSAGE)
            @Nullable
            String every,

            @Described(
                    value = "Five fields of cron, in UTC: minute, hour, day of the month, month, day of the week.",
                    examples = "*/10 * * * *")
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Nullable
            String cron) {}

    /** How the source tells that rows changed: channel or watermark. */
    record ChangesSpec(
            @Described(
                    value = "For PostgreSQL: the channel that NOTIFY names after a change.",
                    examples = "countries_changed")
            @Size(max = ChangeSignal.Notification.CHANNEL_LENGTH_MAX, message = "has at most {max} characters")
            @Nullable
            String channel,

            @Described(
                    value = "A query of one row that gives something else after each change.",
                    examples = "SELECT MAX(updated_at) AS changed FROM crm.countries")
            @NotBlank(message = "is empty")
            @Size(max = Forms.QUERY_MAX, message = "has at most {max} characters")
            @Nullable
            String watermark,

            @Described(
                    value = "How often the watermark is asked for, from 1s to 1h; 10s when left out.",
                    examples = "10s")
            @Pattern(regexp = Forms.DURATION, message = Forms.DURATION_MESSAGE)
            @Nullable
            String poll) {}
}
