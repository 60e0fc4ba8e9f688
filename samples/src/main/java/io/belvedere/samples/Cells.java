package io.belvedere.samples;

import java.util.ArrayList;
import java.util.List;

/** Text as a terminal shows it: East Asian letters take two columns, combining marks none. */
final class Cells {
    private static final int CELL_WIDTH_MAX = 26;
    private static final int GAP = 2;

    private Cells() {}

    /** A column of a table. */
    record Column(String title, Align align) {}

    enum Align {
        LEFT,
        RIGHT
    }

    static int width(String text) {
        return text.codePoints().map(Cells::width).sum();
    }

    private static int width(int letter) {
        return switch (Character.getType(letter)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT, Character.CONTROL -> 0;
            default -> isWide(letter) ? 2 : 1;
        };
    }

    private static boolean isWide(int letter) {
        if (Character.isIdeographic(letter)) {
            return true;
        }
        var script = Character.UnicodeScript.of(letter);
        return script == Character.UnicodeScript.HIRAGANA
                || script == Character.UnicodeScript.KATAKANA
                || script == Character.UnicodeScript.HANGUL
                || (letter >= 0xFF00 && letter <= 0xFF60);
    }

    /** {@code text}, cut with an ellipsis where it is wider than {@code widthMax}. */
    static String cut(String text, int widthMax) {
        if (width(text) <= widthMax) {
            return text;
        }
        var cut = new StringBuilder();
        var used = 0;
        for (var letter : text.codePoints().toArray()) {
            used += width(letter);
            if (used > widthMax - 1) {
                break;
            }
            cut.appendCodePoint(letter);
        }
        return cut.append('…').toString();
    }

    /** Breaks text at spaces, and within a word only where it is wider than a line. Line breaks stay. */
    static List<String> wrap(String text, int widthMax) {
        var lines = new ArrayList<String>();
        for (var paragraph : text.split("\n", -1)) {
            var line = new StringBuilder();
            for (var word : paragraph.split(" ", -1)) {
                line = place(word, line, lines, widthMax);
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static StringBuilder place(String word, StringBuilder line, List<String> lines, int widthMax) {
        var current = line;
        if (!current.isEmpty() && width(current.toString()) + 1 + width(word) > widthMax) {
            lines.add(current.toString());
            current = new StringBuilder();
        }
        if (!current.isEmpty()) {
            current.append(' ');
        }
        var rest = word;
        while (width(rest) > widthMax) {
            var end = rest.offsetByCodePoints(0, widthMax / 2);
            lines.add(rest.substring(0, end));
            rest = rest.substring(end);
        }
        return current.append(rest);
    }

    /** The lines of a table no wider than {@code widthMax}; columns that do not fit are left out from the right. */
    static List<String> table(List<Column> columns, List<List<String>> rows, int widthMax) {
        var widths = new ArrayList<Integer>();
        var total = 0;
        for (var index = 0; index < columns.size(); index++) {
            var width = width(columns.get(index).title());
            for (var row : rows) {
                width = Math.max(width, width(row.get(index)));
            }
            width = Math.min(width, CELL_WIDTH_MAX);
            if (total + width + GAP > widthMax) {
                break;
            }
            widths.add(width);
            total += width + GAP;
        }
        var lines = new ArrayList<String>();
        lines.add(row(columns, columns.stream().map(Column::title).toList(), widths));
        lines.add("  " + "─".repeat(total - GAP));
        rows.forEach(row -> lines.add(row(columns, row, widths)));
        return lines;
    }

    private static String row(List<Column> columns, List<String> cells, List<Integer> widths) {
        var line = new StringBuilder();
        for (var index = 0; index < widths.size(); index++) {
            var text = cut(cells.get(index), widths.get(index));
            var padding = " ".repeat(widths.get(index) - width(text));
            line.append(" ".repeat(GAP))
                    .append(columns.get(index).align() == Align.RIGHT ? padding + text : text + padding);
        }
        return line.toString().stripTrailing();
    }
}
