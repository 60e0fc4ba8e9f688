package io.belvedere.server.http;

import static io.belvedere.server.ServerError.NOT_ACCEPTABLE;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;

/** The formats of a result. */
enum ResultFormat {
    JSON("application/json"),
    NDJSON("application/x-ndjson"),
    CSV("text/csv"),
    ARROW("application/vnd.apache.arrow.stream");

    private final String type;

    ResultFormat(String type) {
        this.type = type;
    }

    /** The {@code Content-Type}. */
    String contentType() {
        return this == CSV ? "text/csv;charset=UTF-8;header=present" : type;
    }

    /** The first format that the caller accepts, best first; JSON where anything will do; {@code NOT_ACCEPTABLE} for none. */
    static ResultFormat accepted(HttpHeaders headers) {
        List<MediaType> wanted = headers.getAcceptableMediaTypes();
        for (MediaType each : wanted) {
            if (refused(each)) {
                continue;
            }
            for (ResultFormat format : values()) {
                if (each.isCompatible(MediaType.valueOf(format.type))) {
                    return format;
                }
            }
        }
        throw NOT_ACCEPTABLE.error("A result is offered as "
                + String.join(
                        ", ", Arrays.stream(values()).map(format -> format.type).toList()) + ".");
    }

    static boolean refused(MediaType type) {
        String quality = type.getParameters().get("q");
        return quality != null && quality.matches("0(\\.0{0,3})?");
    }
}
