package io.belvedere.server.http;

import io.belvedere.server.pipeline.DeprecatedUse;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * That an answer is about deprecated versions, as HTTP says it: {@code Deprecation} (RFC 9745), {@code Sunset} (RFC 8594), and a link to each
 * successor (RFC 5829). Of several versions the earliest days count.
 */
final class DeprecationHeaders {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private DeprecationHeaders() {}

    /** Names and values; empty where nothing is deprecated. */
    static Map<String, String> of(List<DeprecatedUse> uses) {
        Map<String, String> headers = new LinkedHashMap<>();
        uses.stream()
                .map(use -> use.clause().since())
                .min(Comparator.naturalOrder())
                .ifPresent(since ->
                        headers.put("Deprecation", "@" + midnight(since).toEpochSecond()));
        uses.stream()
                .flatMap(use -> use.clause().sunset().stream())
                .min(Comparator.naturalOrder())
                .ifPresent(end -> headers.put("Sunset", HTTP_DATE.format(midnight(end))));
        String links = uses.stream()
                .flatMap(use -> use.clause().successor().stream())
                .distinct()
                .map(successor -> "</api/v1/views/" + successor + ">; rel=\"successor-version\"")
                .collect(Collectors.joining(", "));
        if (!links.isEmpty()) {
            headers.put("Link", links);
        }
        return headers;
    }

    private static OffsetDateTime midnight(LocalDate day) {
        return day.atStartOfDay().atOffset(ZoneOffset.UTC);
    }
}
