package io.belvedere.model.yaml;

import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * What the YAML parser complains about, in our words: its own text repeats parts of the file, which may hold a secret.
 */
final class YamlFaults {
    static final String GENERAL = "This is not well-formed YAML.";

    private YamlFaults() {}

    static DiagnosticCode code(MarkedYAMLException fault) {
        String problem = String.valueOf(fault.getProblem());
        if (problem.contains("tag")) {
            return DiagnosticCode.YAML_TAG;
        }
        if (problem.contains("directive") || problem.contains("incompatible YAML document")) {
            return DiagnosticCode.YAML_DIRECTIVE;
        }
        boolean anchor = String.valueOf(fault.getContext()).contains("anchor")
                || String.valueOf(fault.getContext()).contains("alias");
        return anchor ? DiagnosticCode.YAML_ALIAS : DiagnosticCode.YAML_INVALID;
    }

    static String message(MarkedYAMLException fault) {
        String problem = String.valueOf(fault.getProblem());
        if (problem.contains("mapping values are not allowed")) {
            return GENERAL + " A ': ' stands where no key can begin; quote a value that holds one.";
        }
        if (problem.contains("\\t") || problem.contains("TAB")) {
            return GENERAL + " Indent with spaces, not with a tab.";
        }
        if (problem.contains("could not find expected ':'")) {
            return GENERAL + " The line before this lacks a ':' after its key, or a quote is missing.";
        }
        if (problem.contains("expected ',' or")) {
            return GENERAL + " Inside { } and [ ], quote values that hold braces, brackets, commas or ': '.";
        }
        if (problem.contains("expected <block end>")) {
            return GENERAL + " The indentation of this line fits no line above.";
        }
        if (problem.contains("unexpected end of stream")) {
            return GENERAL + " A quote or a bracket is not closed.";
        }
        return GENERAL;
    }
}
