package io.belvedere.model.source;

/** Where a secret is found; never the secret itself. */
public sealed interface SecretReference {
    /** {@code ${env:NAME}}: an environment variable of the server. */
    record Environment(String variable) implements SecretReference {
        public Environment {
            if (!variable.matches("[A-Za-z_][A-Za-z0-9_]{0,127}")) {
                throw new IllegalArgumentException("a variable is letters, digits and _, at most 128");
            }
        }
    }

    /** {@code ${file:/path}}: the first line of a file that only the server can read. */
    record File(String path) implements SecretReference {
        public File {
            if (!path.matches("(/[A-Za-z0-9_.-]{1,255}){1,32}") || path.matches(".*/\\.\\.?(/.*)?")) {
                throw new IllegalArgumentException(
                        "a secret's file is an absolute path of letters, digits, _, . and -, without . or .. as a step");
            }
        }
    }
}
