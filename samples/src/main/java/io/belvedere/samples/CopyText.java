package io.belvedere.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;
import org.postgresql.copy.CopyIn;

/** Rows in the text format of PostgreSQL's COPY: tabs between columns, {@code \N} for NULL, backslashes before what would be misread. */
final class CopyText implements RowSink {
    private static final int FLUSH_CHARACTERS = 1 << 16;

    private final Target target;
    private final StringBuilder buffer = new StringBuilder(FLUSH_CHARACTERS + 4096);
    private boolean rowBegun;

    /** Where the text goes. */
    @FunctionalInterface
    interface Target {
        void write(byte[] text) throws SQLException;
    }

    CopyText(Target target) {
        this.target = target;
    }

    static CopyText into(CopyIn copy) {
        return new CopyText(text -> copy.writeToCopy(text, 0, text.length));
    }

    @Override
    public RowSink number(long value) {
        next().append(value);
        return this;
    }

    @Override
    public RowSink text(String value) {
        escape(next(), value);
        return this;
    }

    @Override
    public RowSink text(Optional<String> value) {
        return value.isPresent() ? text(value.get()) : absent();
    }

    @Override
    public RowSink cents(long value) {
        appendCents(next(), value);
        return this;
    }

    @Override
    public RowSink date(LocalDate value) {
        next().append(value);
        return this;
    }

    @Override
    public RowSink moment(LocalDateTime value) {
        next().append(value);
        return this;
    }

    @Override
    public RowSink moment(Optional<LocalDateTime> value) {
        return value.isPresent() ? moment(value.get()) : absent();
    }

    private RowSink absent() {
        next().append("\\N");
        return this;
    }

    @Override
    public void endRow() throws SQLException {
        buffer.append('\n');
        rowBegun = false;
        if (buffer.length() >= FLUSH_CHARACTERS) {
            flush();
        }
    }

    void flush() throws SQLException {
        target.write(buffer.toString().getBytes(StandardCharsets.UTF_8));
        buffer.setLength(0);
    }

    private StringBuilder next() {
        if (rowBegun) {
            buffer.append('\t');
        }
        rowBegun = true;
        return buffer;
    }

    static void escape(Appendable out, String value) {
        try {
            for (var i = 0; i < value.length(); i++) {
                var character = value.charAt(i);
                switch (character) {
                    case '\\' -> out.append("\\\\");
                    case '\t' -> out.append("\\t");
                    case '\n' -> out.append("\\n");
                    case '\r' -> out.append("\\r");
                    default -> out.append(character);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code 5} is 0.05 and {@code -1205} is -12.05. */
    static void appendCents(StringBuilder out, long value) {
        var whole = Math.abs(value);
        out.append(value < 0 ? "-" : "")
                .append(whole / 100)
                .append(whole % 100 < 10 ? ".0" : ".")
                .append(whole % 100);
    }
}
