package io.belvedere.model.yaml;

import io.belvedere.model.view.Origin;
import io.belvedere.model.view.Origin.Lines;
import io.belvedere.model.yaml.YamlNode.Scalar;
import java.util.List;

/**
 * Where the first character of a query stands in its file.
 *
 * <p>The content of a block ({@code |}, {@code >}) begins on the line after its header; its indentation is found by laying the
 * first line that is not blank over the file's own, so that an indentation indicator needs no rule of its own.
 */
final class QueryPlace {
    private QueryPlace() {}

    static Origin origin(String path, FileText file, Scalar query) {
        Position at = query.position();
        return switch (query.style()) {
            case LITERAL -> block(path, file, query, Lines.VERBATIM);
            case FOLDED -> block(path, file, query, Lines.FOLDED);
            case PLAIN -> inLine(path, file, query, at.column());
            case SINGLE_QUOTED, DOUBLE_QUOTED -> inLine(path, file, query, at.column() + 1);
        };
    }

    private static Origin block(String path, FileText file, Scalar query, Lines lines) {
        int first = query.position().line() + 1;
        List<String> values = query.value().lines().toList();
        int blank = 0;
        while (blank < values.size() && values.get(blank).isBlank()) {
            blank++;
        }
        String value = blank < values.size() ? values.get(blank) : "";
        // A folded block joins lines: its first line begins like the file's line, so the indentation is what stands
        // before.
        String raw = file.line(first + blank);
        int indentation = raw.length() - raw.stripLeading().length();
        int kept = value.length() - value.stripLeading().length();
        return new Origin(path, first, indentation - kept + 1, lines);
    }

    private static Origin inLine(String path, FileText file, Scalar query, int column) {
        String raw = file.line(query.position().line());
        int start = raw.offsetByCodePoints(0, Math.min(column - 1, raw.codePointCount(0, raw.length())));
        Lines lines = raw.startsWith(query.value(), start) ? Lines.VERBATIM : Lines.FOLDED;
        return new Origin(path, query.position().line(), column, lines);
    }
}
