package io.belvedere.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The shape of a JSON result, for the API's description; results are streamed and never held as one object. */
@Schema(name = "Result")
record ResultDocument(
        String queryId,
        String auditId,
        List<ResultColumn> columns,

        @Schema(
                description =
                        "Rows as arrays in the order of columns. bigint, decimal, date, time, timestamp and varbinary (Base64) "
                                + "are strings, so that no reader rounds them; NaN and infinities too.",
                implementation = Object[][].class)
        List<List<JsonNode>> rows,

        @Schema(
                description = "complete, partial or incomplete; absent in a document that was cut off",
                enumeration = {"complete", "partial", "incomplete"})
        String status,

        long rowCount,
        List<String> incompleteSources,

        @Schema(
                description =
                        "As of when each source's rows are: of states it had between asOf and latest, on this server's "
                                + "clock. Empty where the result is incomplete.")
        List<ResultSource> sources,

        ResultCache cache,

        @Schema(
                description =
                        "Only where dimensions were read from memory: when their rows were loaded, and how old they "
                                + "were when the query took them, as an ISO 8601 duration.")
        List<ResultDimension> dimensions,

        @Schema(description = "Only where a version is named that is deprecated: use it no more.")
        List<DeprecatedView> deprecated,

        ResultError error,
        ResultReceipt receipt) {

    @Schema(name = "ResultColumn")
    record ResultColumn(String name, String type, boolean nullable) {}

    @Schema(name = "ResultSource")
    record ResultSource(String source, String asOf, String latest) {}

    @Schema(name = "ResultCache", description = "Only where the rows are kept from an earlier query.")
    record ResultCache(long ageMs) {}

    @Schema(name = "ResultDimension")
    record ResultDimension(String dimension, String asOf, String age) {}

    @Schema(name = "DeprecatedView")
    record DeprecatedView(String view, String since, String sunset, String successor, String detail) {}

    @Schema(name = "ResultError", description = "Only where status is incomplete.")
    record ResultError(String code, String detail) {}

    @Schema(name = "Receipt", description = "The outcome's audit record.")
    record ResultReceipt(String id, String leafHash) {}
}
