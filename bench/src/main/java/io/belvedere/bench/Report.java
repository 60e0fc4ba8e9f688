package io.belvedere.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Prints figures as a table and writes them as JSON. */
final class Report {
    private final List<Figure> figures;

    Report(List<Figure> figures) {
        this.figures = List.copyOf(figures);
    }

    void print(PrintStream out) {
        int width = figures.stream()
                .mapToInt(figure -> figure.name().length())
                .max()
                .orElse(4);
        String line = "%-" + width + "s  %12s  %12s  %7s  %6s  %s%n";
        out.printf(Locale.ROOT, line, "case", "ours", "baseline", "ratio", "goal", "");
        for (Figure figure : figures) {
            out.printf(
                    Locale.ROOT,
                    line,
                    figure.name(),
                    amount(figure.median(), figure.unit()),
                    amount(figure.baseline(), figure.unit()),
                    String.format(Locale.ROOT, "%.2f", figure.ratio()),
                    figure.goal().isPresent()
                            ? String.format(Locale.ROOT, "%.2f", figure.goal().getAsDouble())
                            : "–",
                    (figure.withinGoal() ? "" : "past the goal; ") + figure.note());
        }
    }

    void write(Path file) throws IOException {
        JsonMapper.builder()
                .addModule(new Jdk8Module())
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValue(file.toFile(), figures);
    }

    private static String amount(double value, String unit) {
        return String.format(Locale.ROOT, value < 100 ? "%.2f %s" : "%,.0f %s", value, unit);
    }
}
