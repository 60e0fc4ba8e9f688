package io.belvedere.model.yaml;

import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.model.view.ViewLimits.OnTooManyKeys;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of kind View, as it is written: every part may be absent until it is validated. {@code @Required} marks a key that the file
 * must have; {@code @Nullable} says that the record does not have it before that is checked.
 */
@Described("One version of a view: its contract and its query.")
record ViewSpec(
        @Described(value = "The version of this file format.", words = Forms.API_VERSION) @Required @Nullable
        String apiVersion,

        @Described(value = "What the file defines.", words = "View") @Required @Nullable
        String kind,

        @Described("What the view is called and who answers for it.") @Required @Valid @Nullable
        Metadata metadata,

        @Described("The query and the contract.") @Required @Valid @Nullable
        Body spec) {

    /** What the view is called and who answers for it. */
    record Metadata(
            @Described(value = "The view's name: domain.name.", examples = "fulfilment.late_orders")
            @Required
            @Size(max = Forms.VIEW_NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.VIEW_NAME, message = Forms.VIEW_NAME_MESSAGE)
            @Nullable
            String name,

            @Described(
                    value = "The version of the contract, by Semantic Versioning; a published version never changes.",
                    examples = "1.0.0")
            @Required
            @Pattern(regexp = Forms.VERSION, message = Forms.VERSION_MESSAGE)
            @Nullable
            String version,

            @Described(value = "A few words for people.", examples = "Late orders at risk")
            @NotBlank(message = "is empty")
            @Required
            @Size(max = Forms.TITLE_MAX, message = "has at most {max} characters")
            @Nullable
            String title,

            @Described(value = "The team that answers for the view.", examples = "fulfilment-team")
            @NotBlank(message = "is empty")
            @Required
            @Size(max = Forms.OWNER_MAX, message = "has at most {max} characters")
            @Nullable
            String owner,

            @Described("What a row is.")
            @Size(max = Forms.DESCRIPTION_MAX, message = "has at most {max} characters")
            @Nullable
            String description,

            @Described(value = "Words for search and policy.", examples = "dashboard")
            @Size(max = Forms.TAGS_MAX, message = "has at most {max} tags")
            @Nullable
            List<
                            @Size(max = Forms.TAG_MAX, message = "has at most {max} characters")
                            @Pattern(regexp = Forms.TAG, message = Forms.TAG_MESSAGE) String>
                    tags) {}

    /** The query and the contract. */
    record Body(
            @Described(
                    value = "ANSI SQL over source.table and domain.view; best written as a literal block (|).",
                    examples = "SELECT id, name FROM crm.customers")
            @NotBlank(message = "is empty")
            @Required
            @Size(max = Forms.QUERY_MAX, message = "has at most {max} characters")
            @Nullable
            String query,

            @Described("The columns that the view promises, in order.")
            @Required
            @Size(min = 1, max = ViewDefinition.COLUMNS_MAX, message = "has {min} to {max} columns")
            @Nullable
            List<@Valid ColumnSpec> columns,

            @Described("Bounds for one query on the view.") @Valid @Nullable
            Limits limits,

            @Described("What a query does when a source fails: fail, or go on without the sources that are named.")
            @OrWord("fail")
            @Valid
            @Nullable
            OnFailure onSourceFailure,

            @Described("Which tables may never be read whole.") @Valid @Nullable
            PushdownSpec pushdown,

            @Described("What of the view's answers the server may keep; nothing where it is left out.") @Valid @Nullable
            CacheSpec cache,

            @Described("Classes that columns do without, although they are computed from data of them.")
            @Size(min = 1, max = 100, message = "has {min} to {max} entries")
            @Nullable
            List<@Valid DeclassifySpec> declassify,

            @Described("How old the rows of a dimension may be that the view is answered with.") @Valid @Nullable
            FreshnessSpec freshness,

            @Described("That this version should be used no more. It is served as before, and each answer says so.")
            @Valid
            @Nullable
            DeprecationSpec deprecated) {}

    /** That a version should be used no more. */
    record DeprecationSpec(
            @Described(value = "Since when.", examples = "2026-10-01")
            @Required
            @Pattern(regexp = Forms.DATE, message = Forms.DATE_MESSAGE)
            @Nullable
            String since,

            @Described(value = "From when on it may be gone; later than since.", examples = "2027-03-31")
            @Pattern(regexp = Forms.DATE, message = Forms.DATE_MESSAGE)
            @Nullable
            String sunset,

            @Described(
                    value = "What to use instead; everybody who may see this version is told its name.",
                    examples = "fulfilment.late_orders@2")
            @Size(max = Forms.VIEW_NAME_MAX + 21, message = "has at most {max} characters")
            @Pattern(regexp = Forms.REFERENCE, message = Forms.REFERENCE_MESSAGE)
            @Nullable
            String successor,

            @Described("Why, for those who still use it.")
            @Size(max = Forms.DESCRIPTION_MAX, message = "has at most {max} characters")
            @Nullable
            String reason) {}

    /** How old the rows of a dimension may be. */
    record FreshnessSpec(
            @Described(
                    value =
                            "The age in which a dimension's rows may still be used, 1s to 1h. With it, a table of a source that a"
                                    + " dimension keeps whole is read from the dimension; without it, at its source.",
                    examples = "5m")
            @Required
            @Pattern(regexp = Forms.DURATION, message = Forms.DURATION_MESSAGE)
            @Nullable
            String maxStaleness) {}

    /** What of the view's answers may be kept. */
    record CacheSpec(
            @Described("Whole results, to answer the same question under the same policy again.")
            @Required
            @Valid
            @Nullable
            ResultsSpec results) {}

    /** Whole results. */
    record ResultsSpec(
            @Described(
                    value =
                            "For how long a result may be given out again, from when it was asked for; 1s to 1h. A query"
                                    + " over several views needs it in each and takes the shortest.",
                    examples = "30s")
            @Required
            @Pattern(regexp = Forms.DURATION, message = Forms.DURATION_MESSAGE)
            @Nullable
            String ttl) {}

    /** One class that one column does without. */
    record DeclassifySpec(
            @Described(value = "The column of this view.", examples = "email_domain")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE)
            @Nullable
            String column,

            @Described(value = "The class that the column does without.", examples = "pii.email")
            @Required
            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
            @Pattern(regexp = Forms.CLASSIFICATION, message = Forms.CLASSIFICATION_MESSAGE)
            @Nullable
            String classification,

            @Described(
                    value = "Why what is left of the data is not of that class.",
                    examples = "The domain alone names no person.")
            @NotBlank(message = "is empty")
            @Required
            @Size(max = Forms.DESCRIPTION_MAX, message = "has at most {max} characters")
            @Nullable
            String reason,

            @Described(value = "Who approved it; not the owner of the view.", examples = "privacy-office")
            @NotBlank(message = "is empty")
            @Required
            @Size(max = Forms.OWNER_MAX, message = "has at most {max} characters")
            @Nullable
            String approvedBy) {}

    /** Which tables may never be read whole. */
    record PushdownSpec(
            @Described(
                    value =
                            "Tables of this query, as table or source.table, that every query must read through a filter,"
                                    + " keys or a limit at their source.",
                    examples = "orders")
            @Required
            @Size(min = 1, max = 100, message = "has {min} to {max} tables")
            @Nullable
            List<
                            @Size(max = Forms.VIEW_NAME_MAX, message = "has at most {max} characters")
                            @Pattern(regexp = Forms.TABLE, message = Forms.TABLE_MESSAGE) String>
                    require) {}

    /** Bounds for one query on the view. */
    record Limits(
            @Described(value = "How long a query may take; at most 10m.", examples = "10s")
            @Pattern(regexp = Forms.DURATION, message = Forms.DURATION_MESSAGE)
            @Nullable
            String timeout,

            @Described("How many rows a result may have.")
            @Min(value = 1, message = "is at least {value}")
            @Max(value = ViewLimits.ROWS_MAX, message = "is at most {value}")
            @Nullable
            Long maxRows,

            @Described("How many distinct keys may travel to one source.")
            @Min(value = 0, message = "is at least {value}")
            @Max(value = ViewLimits.SHIPPED_KEYS_MAX, message = "is at most {value}")
            @Nullable
            Integer maxShippedKeys,

            @Described(
                    "What happens past it: scan (the default) asks for the rows without keys; refuse ends the query.")
            @Nullable
            OnTooManyKeys onTooManyKeys) {}

    /** What a query does when a source fails. */
    record OnFailure(
            @Described("Go on, marked incomplete, without the sources that are named.") @Required @Valid @Nullable
            Partial partial) {}

    /** The sources that may be missing. */
    record Partial(
            @Described(value = "The sources that may be missing.", examples = "inventory")
            @Required
            @Size(min = 1, max = 100, message = "has {min} to {max} sources")
            @Nullable
            List<
                            @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
                            @Pattern(regexp = Forms.NAME, message = Forms.NAME_MESSAGE) String>
                    allow) {}
}
