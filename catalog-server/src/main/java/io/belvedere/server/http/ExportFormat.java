package io.belvedere.server.http;

import static io.belvedere.server.ServerError.NOT_ACCEPTABLE;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The formats of an export. Each shows by itself whether the file is whole. */
enum ExportFormat {
    /** Whole where the last line is the terminal frame. */
    CSV("text/csv"),
    /** Whole where the footer is there, without which no reader opens it. */
    PARQUET("application/vnd.apache.parquet"),
    /** Whole where the footer is there, without which no reader of files opens it. */
    ARROW("application/vnd.apache.arrow.file");

    private final String type;

    ExportFormat(String type) {
        this.type = type;
    }

    /** The {@code Content-Type}. */
    String contentType() {
        return this == CSV ? "text/csv;charset=UTF-8;header=present" : type;
    }

    /** What the file's name ends with. */
    String extension() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the answer may be compressed on its way; Parquet is compressed already. */
    boolean compressible() {
        return this != PARQUET;
    }

    /** The first format that the caller accepts, best first; CSV where anything will do; {@code NOT_ACCEPTABLE} for none. */
    static ExportFormat accepted(HttpHeaders headers) {
        for (MediaType each : headers.getAcceptableMediaTypes()) {
            if (ResultFormat.refused(each)) {
                continue;
            }
            for (ExportFormat format : values()) {
                if (each.isCompatible(MediaType.valueOf(format.type))) {
                    return format;
                }
            }
        }
        throw NOT_ACCEPTABLE.error("An export is offered as "
                + Arrays.stream(values()).map(format -> format.type).collect(Collectors.joining(", ")) + ".");
    }
}
