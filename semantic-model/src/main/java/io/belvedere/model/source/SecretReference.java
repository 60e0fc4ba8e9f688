package io.belvedere.model.source;

/** Where a secret is found; never the secret itself. */
public sealed interface SecretReference {
    /** {@code ${env:NAME}}: an environment variable of the server. */
    record Environment(String variable) implements SecretReference {}

    /** {@code ${file:/path}}: the first line of a file that only the server can read. */
    record File(String path) implements SecretReference {}
}
