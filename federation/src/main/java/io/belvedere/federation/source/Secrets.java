package io.belvedere.federation.source;

import io.belvedere.federation.FederationError;
import io.belvedere.model.source.SecretReference;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Reads a secret at the moment it is needed, so that a rotated one is found; what it gives is never kept or written. */
@FunctionalInterface
public interface Secrets {
    /**
     * @throws io.belvedere.model.error.BelvedereException {@code SOURCE_UNAVAILABLE} when there is no such secret
     */
    String require(SecretReference reference);

    /** Secrets from these environment variables and from files. */
    static Secrets of(Map<String, String> environment) {
        Map<String, String> variables = Map.copyOf(environment);
        return reference -> switch (reference) {
            case SecretReference.Environment(String variable) -> {
                String value = variables.get(variable);
                if (value == null) {
                    throw missing(new IOException("the environment variable is not set: " + variable));
                }
                yield value;
            }
            case SecretReference.File(String path) -> firstLine(Path.of(path));
        };
    }

    private static String firstLine(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line = reader.readLine();
            if (line == null) {
                throw missing(new IOException("the file is empty: " + file));
            }
            return line;
        } catch (IOException e) {
            throw missing(e);
        }
    }

    private static RuntimeException missing(IOException cause) {
        return FederationError.SOURCE_UNAVAILABLE.error("A source's password cannot be read.", cause);
    }
}
