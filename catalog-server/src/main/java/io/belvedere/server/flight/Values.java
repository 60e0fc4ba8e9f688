package io.belvedere.server.flight;

import io.belvedere.model.expr.Literal;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Typed constants as bytes, for tickets. */
final class Values {
    private Values() {}

    static void write(DataOutputStream out, List<Optional<Literal>> values) throws IOException {
        out.writeInt(values.size());
        for (Optional<Literal> value : values) {
            if (value.isEmpty()) {
                out.writeByte('n');
                continue;
            }
            switch (value.get()) {
                case Literal.Text(String text) -> tagged(out, 't', text);
                case Literal.Numeric(BigDecimal number) -> tagged(out, 'd', number.toString());
                case Literal.Bool(boolean flag) -> tagged(out, 'b', Boolean.toString(flag));
                case Literal.Date(LocalDate date) -> tagged(out, 'D', date.toString());
                case Literal.Timestamp(Instant instant) -> tagged(out, 'T', instant.toString());
            }
        }
    }

    static List<Optional<Literal>> read(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<Optional<Literal>> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            char tag = (char) in.readByte();
            values.add(tag == 'n' ? Optional.empty() : Optional.of(literal(tag, text(in))));
        }
        return values;
    }

    private static Literal literal(char tag, String text) {
        return switch (tag) {
            case 't' -> new Literal.Text(text);
            case 'd' -> new Literal.Numeric(new BigDecimal(text));
            case 'b' -> new Literal.Bool(Boolean.parseBoolean(text));
            case 'D' -> new Literal.Date(LocalDate.parse(text));
            case 'T' -> new Literal.Timestamp(Instant.parse(text));
            default -> throw new IllegalStateException("a ticket of ours has known tags");
        };
    }

    private static void tagged(DataOutputStream out, char tag, String text) throws IOException {
        out.writeByte(tag);
        text(out, text);
    }

    static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
