package io.belvedere.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.samples.Cells.Align;
import io.belvedere.samples.Cells.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellsTest {

    @Test
    void countsColumnsAsATerminalDoes() {
        assertThat(Cells.width("Müller")).isEqualTo(6);
        assertThat(Cells.width("Mu\u0308ller")).isEqualTo(6);
        assertThat(Cells.width("髙橋")).isEqualTo(4);
        assertThat(Cells.width("𠮷田")).isEqualTo(4);
        assertThat(Cells.width("김")).isEqualTo(2);
        assertThat(Cells.width("Ελένη")).isEqualTo(5);
    }

    @Test
    void cutsWithoutBreakingALetter() {
        assertThat(Cells.cut("short", 5)).isEqualTo("short");
        assertThat(Cells.cut("longer", 5)).isEqualTo("long…");
        assertThat(Cells.cut("𠮷田子涵", 6)).isEqualTo("𠮷田…");
    }

    @Test
    void wrapsAtSpacesAndNeverPastTheWidth() {
        var lines = Cells.wrap("SELECT a, b FROM t WHERE " + "x".repeat(50) + "\nAND 1 = 1", 20);
        assertThat(lines)
                .allMatch(line -> Cells.width(line) <= 20)
                .startsWith("SELECT a, b FROM t")
                .endsWith("AND 1 = 1");
        assertThat(String.join("", lines).replace(" ", ""))
                .isEqualTo("SELECTa,bFROMtWHERE" + "x".repeat(50) + "AND1=1");
    }

    @Test
    void alignsTablesAndLeavesOutWhatDoesNotFit() {
        var columns = List.of(
                new Column("name", Align.LEFT), new Column("n", Align.RIGHT), new Column("w".repeat(90), Align.LEFT));
        var rows = List.of(List.of("髙橋", "5", "x"), List.of("Ada", "1205", "y"));
        assertThat(Cells.table(columns, rows, 30))
                .containsExactly("  name     n", "  ──────────", "  髙橋     5", "  Ada   1205");
    }
}
