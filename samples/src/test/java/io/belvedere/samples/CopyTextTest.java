package io.belvedere.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CopyTextTest {

    @Test
    void writesRowsAsCopyReadsThem() throws SQLException {
        var text = new StringBuilder();
        var sink = new CopyText(bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)));
        sink.number(-7).text("plain").text(Optional.empty()).cents(1205).endRow();
        sink.date(LocalDate.of(2026, 2, 3))
                .moment(LocalDateTime.of(2026, 2, 3, 4, 5, 6, 7_000))
                .moment(Optional.empty())
                .text("")
                .endRow();
        sink.flush();
        assertThat(text.toString()).isEqualTo("-7\tplain\t\\N\t12.05\n2026-02-03\t2026-02-03T04:05:06.000007\t\\N\t\n");
    }

    @Test
    void escapesWhatCopyWouldMisread() {
        var text = new StringBuilder();
        CopyText.escape(text, "a\tb\nc\rd\\e\\N'\"𠮷");
        assertThat(text.toString()).isEqualTo("a\\tb\\nc\\rd\\\\e\\\\N'\"𠮷");
    }

    @Test
    void moneyKeepsItsSignAndItsZeros() {
        for (var example :
                new Object[][] {{0L, "0.00"}, {5L, "0.05"}, {-5L, "-0.05"}, {100L, "1.00"}, {-1205L, "-12.05"}}) {
            var text = new StringBuilder();
            CopyText.appendCents(text, (Long) example[0]);
            assertThat(text.toString()).isEqualTo(example[1]);
        }
    }
}
