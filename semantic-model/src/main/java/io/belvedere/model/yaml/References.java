package io.belvedere.model.yaml;

import io.belvedere.model.source.SecretReference;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The references that a connection may hold: {@code ${env:NAME}} and, for a password, {@code ${file:/path}}. A reference is the
 * whole value, never a part of it.
 */
final class References {
    private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]{0,127})\\}");
    private static final Pattern FILE = Pattern.compile("\\$\\{file:(/[A-Za-z0-9_./-]{1,1000})\\}");

    private final Variables variables;
    private final Problems problems;

    References(Variables variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /** The value itself, or that of the variable it names; empty when there is a problem, which is then reported. */
    Optional<Resolved> resolve(String value, Position at) {
        if (!value.contains("${")) {
            return Optional.of(new Resolved(value, "This value"));
        }
        Matcher reference = ENVIRONMENT.matcher(value);
        if (!reference.matches()) {
            problems.addFirst(
                    DiagnosticCode.VALUE_INVALID,
                    at,
                    "A variable is written ${env:NAME} and is the whole value, in letters, digits and _.");
            return Optional.empty();
        }
        String name = reference.group(1);
        if (UnknownKey.isSecret(name)) {
            // What stands in a host or a user is looked up, logged and shown to operators; a password must not get
            // there.
            problems.addFirst(
                    DiagnosticCode.VARIABLE_REFUSED,
                    at,
                    "Variable " + name + " sounds like a secret; only 'password' may name it.");
            return Optional.empty();
        }
        Optional<String> found = variables.find(name);
        if (found.isEmpty()) {
            problems.addFirst(
                    DiagnosticCode.VARIABLE_MISSING,
                    at,
                    "Variable " + name + " is not set; set it where the server runs.");
        }
        return found.map(text -> new Resolved(text, "The value of variable " + name));
    }

    /** Where a password is found; empty when the value is anything but a reference, which is then reported and never repeated. */
    Optional<SecretReference> password(String value, Position at) {
        Matcher environment = ENVIRONMENT.matcher(value);
        if (environment.matches()) {
            return Optional.of(new SecretReference.Environment(environment.group(1)));
        }
        Matcher file = FILE.matcher(value);
        if (file.matches()) {
            return problems.attempt(at, () -> new SecretReference.File(file.group(1)));
        }
        problems.addFirst(
                DiagnosticCode.SECRET_LITERAL,
                at,
                "A password is never written here; write ${env:NAME} or ${file:/path}, and replace the password if this file"
                        + " was shared.");
        return Optional.empty();
    }

    /**
     * A value and what to call it in a message, which never holds the value of a variable.
     *
     * @param label {@code This value}, or the variable's name
     */
    record Resolved(String text, String label) {
        @Override
        public String toString() {
            return label;
        }
    }
}
