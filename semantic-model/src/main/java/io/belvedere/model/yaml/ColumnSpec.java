package io.belvedere.model.yaml;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A column of a view, as a file writes it. */
@Described("A column of the contract.")
record ColumnSpec(
        @Described(value = "The column's name, as callers use it.", examples = "customer_id")
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

        @Described("Whether the column is part of the view's key; false when left out.") @Nullable
        Boolean key,

        @Described(value = "The classes of data that policy speaks about.", examples = "pii.email")
        @Size(max = Forms.CLASSIFICATIONS_MAX, message = "has at most {max} classes")
        @Nullable
        List<
                        @Size(max = Forms.NAME_MAX, message = "has at most {max} characters")
                        @Pattern(regexp = Forms.CLASSIFICATION, message = Forms.CLASSIFICATION_MESSAGE) String>
                classification,

        @Described("What the column means.")
        @Size(max = Forms.DESCRIPTION_MAX, message = "has at most {max} characters")
        @Nullable
        String description) {}
