package io.belvedere.federation.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.dialect.CapabilitySheet.Offer;
import io.belvedere.model.source.ServerVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** {@code docs/sources.md} holds what the sheets say; {@code -Dbelvedere.golden=write} writes its tables anew. */
class SourcesPageTest {
    private static final Path PAGE = Path.of("../docs/sources.md");
    private static final String BEGIN = "<!-- from the capability sheets -->\n";
    private static final String END = "<!-- end -->\n";
    private static final List<CapabilitySheet> SHEETS =
            List.of(Sheets.POSTGRESQL, Sheets.MARIADB, Sheets.MYSQL, Sheets.ORACLE, Sheets.SQLSERVER, Sheets.DUCKDB);

    @Test
    void thePageSaysWhatTheSheetsSay() throws IOException {
        String page = Files.readString(PAGE);
        String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String after = page.substring(page.indexOf(END));
        String wanted = before + tables() + after;
        if ("write".equals(System.getProperty("belvedere.golden"))) {
            Files.writeString(PAGE, wanted);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(wanted);
    }

    @Test
    void theReasonsAreInWords() {
        for (CapabilitySheet sheet : SHEETS) {
            sheet.features().values().forEach(offer -> {
                if (offer instanceof Offer.Never(String reason)) {
                    assertThat(reason).isNotBlank().doesNotContain("|");
                }
            });
        }
    }

    @Test
    void aVersionDecidesWhatItIsAsked() {
        assertThat(Dialect.of(io.belvedere.model.source.SourceKind.MYSQL).offers(Feature.INTERSECT))
                .isFalse();
        assertThat(Dialect.of(io.belvedere.model.source.SourceKind.MYSQL, ServerVersion.parse("8.0.31"))
                        .offers(Feature.INTERSECT))
                .isTrue();
    }

    private static String tables() {
        StringBuilder text = new StringBuilder();
        row(text, "", CapabilitySheet::product);
        text.append("|---".repeat(SHEETS.size() + 1)).append("|\n");
        row(text, "oldest version", sheet -> sheet.oldest().toString());
        row(
                text,
                "how we know",
                sheet -> sheet.proof() == CapabilitySheet.Proof.RUN ? "tests run on it" : "**never run on it**");
        row(
                text,
                "names in",
                sheet -> "` " + sheet.quotes().open() + "x" + sheet.quotes().close() + " `");
        row(text, "unquoted names", sheet -> word(sheet.folding()));
        row(text, "its own text order", sheet -> word(sheet.collation()));
        row(text, "its own place of NULL", sheet -> word(sheet.nulls()));
        row(text, "`NULLS FIRST`", sheet -> word(sheet.nullsClause()));
        row(text, "first n rows", sheet -> word(sheet.limit()));
        row(text, "truth values", sheet -> word(sheet.booleans()));
        row(text, "a text without characters", sheet -> word(sheet.emptyText()));
        row(text, "`\\` in a literal", sheet -> word(sheet.backslash()));
        row(text, "`7 / 2`", sheet -> word(sheet.division()));
        row(text, "digits of a second", sheet -> Integer.toString(sheet.fractionDigits()));
        row(text, "longest `IN` list", sheet -> number(sheet.listMax()));
        row(text, "parameters", sheet -> number(sheet.parametersMax()));
        for (Feature.Group group : Feature.Group.values()) {
            text.append('\n');
            row(text, group.label(), CapabilitySheet::product);
            text.append("|---".repeat(SHEETS.size() + 1)).append("|\n");
            for (Feature feature : Feature.values()) {
                if (feature.group() == group) {
                    row(text, feature.label().replace("|", "\\|"), sheet -> offer(sheet, feature));
                }
            }
        }
        return text.toString();
    }

    private static String offer(CapabilitySheet sheet, Feature feature) {
        return switch (sheet.features().get(feature)) {
            case Offer.Always() -> "yes";
            case Offer.Since(ServerVersion first) -> "since " + first;
            case Offer.Never(String reason) -> "no: " + reason;
        };
    }

    private static void row(StringBuilder text, String label, Function<CapabilitySheet, String> cell) {
        List<String> cells = new ArrayList<>(List.of(label));
        SHEETS.forEach(sheet -> cells.add(cell.apply(sheet)));
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String number(int limit) {
        return limit == CapabilitySheet.UNLIMITED ? "no limit" : Integer.toString(limit);
    }
}
