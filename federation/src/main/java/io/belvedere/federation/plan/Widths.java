package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Types;
import org.apache.calcite.rel.type.RelDataType;

/** How wide a row usually is on its way, for estimates. */
final class Widths {
    /** A name, an address or a code; nobody asks the sources how long their texts are. */
    private static final int TEXT_BYTES = 24;

    private Widths() {}

    /** Bytes of one row as Arrow buffers. */
    static double bytes(RelDataType row) {
        return row.getFieldList().stream()
                .mapToInt(field -> bytes(Types.kind(field.getType()), field.getType()))
                .sum();
    }

    private static int bytes(Types.Kind kind, RelDataType type) {
        return switch (kind) {
            case BOOLEAN -> 1;
            case NUMBER -> Types.isInteger(type) || !Types.isExact(type) ? 8 : 16;
            case TEXT, BINARY -> TEXT_BYTES;
            case DATE -> 4;
            case TIME, TIMESTAMP, INSTANT, INTERVAL, OTHER -> 8;
        };
    }
}
