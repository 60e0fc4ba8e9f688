package io.belvedere.server.http;

import static io.belvedere.server.ServerError.NOT_ACCEPTABLE;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How an answer is compressed on its way. */
enum Coding {
    ZSTD,
    GZIP,
    IDENTITY;

    /** A client that names more is no client; what it names first counts. */
    private static final int NAMED_MAX = 32;

    /** The word of the header {@code Content-Encoding}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The one that the client wants most, the strongest of several; {@code IDENTITY} where it wants none or says nothing; {@code
     * NOT_ACCEPTABLE} where it refuses all (RFC 9110, 12.5.3).
     */
    static Coding accepted(List<String> headers) {
        Map<String, Double> wanted = new HashMap<>();
        headers.stream()
                .flatMap(header -> List.of(header.split(",", NAMED_MAX)).stream())
                .limit(NAMED_MAX)
                .forEach(item -> note(item, wanted));
        double rest = wanted.getOrDefault("*", 0.0);
        Coding best = IDENTITY;
        // What is not named may be sent as it is, but is wanted less than whatever is named.
        double most = wanted.getOrDefault("identity", wanted.containsKey("*") ? rest : Double.MIN_VALUE);
        for (Coding coding : List.of(GZIP, ZSTD)) {
            double quality = wanted.getOrDefault(coding.word(), rest);
            if (quality > 0 && quality >= most) {
                best = coding;
                most = quality;
            }
        }
        if (most <= 0) {
            throw NOT_ACCEPTABLE.error("An answer is sent as zstd, gzip or identity.");
        }
        return best;
    }

    private static void note(String item, Map<String, Double> wanted) {
        String[] parts = item.split(";", 2);
        String name = parts[0].strip().toLowerCase(Locale.ROOT);
        quality(parts.length > 1 ? parts[1].strip() : "q=1").ifPresent(quality -> wanted.putIfAbsent(name, quality));
    }

    private static Optional<Double> quality(String parameter) {
        String value = parameter.replaceAll("\\s", "").toLowerCase(Locale.ROOT);
        return value.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")
                ? Optional.of(Double.parseDouble(value.substring(2)))
                : Optional.empty();
    }
}
