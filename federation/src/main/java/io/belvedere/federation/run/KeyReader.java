package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.HeldRows;
import io.belvedere.federation.engine.EngineSession;
import io.belvedere.federation.plan.KeyShipment;
import io.belvedere.model.DataType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Reads the distinct keys of an earlier step: out of the engine, or out of rows that are held. */
final class KeyReader {
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");
    private static final long SECOND_MICROS = 1_000_000;
    private static final int MICRO_NANOS = 1_000;

    private KeyReader() {}

    /** The keys, in ascending order; empty when there are more than may travel, and the source is to be scanned. */
    static Optional<ShippedKeys> read(EngineSession session, KeyShipment shipment, BufferAllocator memory) {
        int width = shipment.columns().size();
        List<List<String>> texts = new ArrayList<>();
        shipment.columns().forEach(_ -> texts.add(new ArrayList<>()));
        try (EngineSession.Rows rows = session.deliver(sql(shipment), List.of(), memory)) {
            while (rows.next()) {
                int count = rows.batch().getRowCount();
                for (int column = 0; column < width; column++) {
                    FieldVector values = rows.batch().getVector(column);
                    DataType type = shipment.columns().get(column).type();
                    for (int row = 0; row < count; row++) {
                        texts.get(column).add(text(values, row, type));
                    }
                }
            }
        }
        return keys(shipment, texts);
    }

    /** As {@link #read(EngineSession, KeyShipment, BufferAllocator)}; numbers, dates and times ascend, texts by their characters. */
    static Optional<ShippedKeys> read(HeldRows held, KeyShipment shipment) {
        List<KeyShipment.KeyColumn> columns = shipment.columns();
        int[] places = columns.stream()
                .mapToInt(column -> place(held.columns(), column.name()))
                .toArray();
        Set<List<String>> distinct = new HashSet<>();
        for (VectorSchemaRoot batch : held.batches()) {
            for (int row = 0; row < batch.getRowCount(); row++) {
                key(batch, row, places, columns).ifPresent(distinct::add);
            }
        }
        List<List<String>> texts = new ArrayList<>();
        List<List<String>> ascending = distinct.stream().sorted(order(columns)).toList();
        for (int column = 0; column < places.length; column++) {
            int at = column;
            texts.add(ascending.stream().map(key -> key.get(at)).toList());
        }
        return keys(shipment, texts);
    }

    private static int place(List<OutputColumn> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        throw FederationError.PLAN_REFUSED.error("The plan ships a column that its step does not have.");
    }

    /** One row's key; empty where a part of it is NULL, which has no partner. */
    private static Optional<List<String>> key(
            VectorSchemaRoot batch, int row, int[] places, List<KeyShipment.KeyColumn> columns) {
        List<String> key = new ArrayList<>(places.length);
        for (int column = 0; column < places.length; column++) {
            FieldVector values = batch.getVector(places[column]);
            if (values.isNull(row)) {
                return Optional.empty();
            }
            key.add(text(values, row, columns.get(column).type()));
        }
        return Optional.of(key);
    }

    private static Comparator<List<String>> order(List<KeyShipment.KeyColumn> columns) {
        Comparator<List<String>> order = (_, _) -> 0;
        for (int column = 0; column < columns.size(); column++) {
            int at = column;
            DataType type = columns.get(column).type();
            order = order.thenComparing(key -> key.get(at), order(type));
        }
        return order;
    }

    private static Comparator<String> order(DataType type) {
        if (type == DataType.Simple.INTEGER || type == DataType.Simple.BIGINT) {
            return Comparator.comparingLong(Long::parseLong);
        }
        return type instanceof DataType.Decimal ? Comparator.comparing(BigDecimal::new) : Comparator.naturalOrder();
    }

    private static Optional<ShippedKeys> keys(KeyShipment shipment, List<List<String>> texts) {
        if (texts.getFirst().size() > shipment.keysMax()) {
            return Optional.empty();
        }
        List<ShippedKeys.Column> columns = new ArrayList<>();
        for (int column = 0; column < texts.size(); column++) {
            columns.add(new ShippedKeys.Column(shipment.columns().get(column).type(), texts.get(column)));
        }
        return Optional.of(new ShippedKeys(columns));
    }

    private static String sql(KeyShipment shipment) {
        List<String> columns = shipment.columns().stream()
                .map(column -> Sql.quote(column.name()))
                .toList();
        List<String> selected = new ArrayList<>();
        List<String> order = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            // Two columns of a key may be the same column of the step.
            selected.add(columns.get(i) + " AS k" + i);
            order.add("k" + i);
        }
        return "SELECT DISTINCT " + String.join(", ", selected) + " FROM " + Sql.quote(shipment.from()) + " WHERE "
                + String.join(" IS NOT NULL AND ", columns) + " IS NOT NULL ORDER BY " + String.join(", ", order)
                + " LIMIT " + (shipment.keysMax() + 1L);
    }

    static String text(FieldVector keys, int row, DataType type) {
        return switch (type) {
            case DataType.Decimal _ -> decimal((DecimalVector) keys, row);
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> ((BitVector) keys).get(row) == 1 ? "true" : "false";
                    case INTEGER -> Integer.toString(((IntVector) keys).get(row));
                    case BIGINT -> Long.toString(((BigIntVector) keys).get(row));
                    case DOUBLE -> Double.toString(((Float8Vector) keys).get(row));
                    case VARCHAR -> new String(((VarCharVector) keys).get(row), StandardCharsets.UTF_8);
                    case VARBINARY -> HexFormat.of().formatHex(((VarBinaryVector) keys).get(row));
                    case DATE ->
                        LocalDate.ofEpochDay(((DateDayVector) keys).get(row)).toString();
                    case TIME -> time(((TimeMicroVector) keys).get(row));
                    case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> moment(((TimeStampVector) keys).get(row));
                };
        };
    }

    private static String decimal(DecimalVector keys, int row) {
        BigDecimal value = keys.getObject(row);
        return value.toPlainString();
    }

    private static String time(long micros) {
        long dayMicros = LocalTime.MAX.toNanoOfDay() / MICRO_NANOS;
        return micros > dayMicros
                ? "24:00:00"
                : LocalTime.ofNanoOfDay(micros * MICRO_NANOS).format(TIME);
    }

    private static String moment(long micros) {
        long seconds = Math.floorDiv(micros, SECOND_MICROS);
        int nanos = Math.toIntExact(Math.floorMod(micros, SECOND_MICROS)) * MICRO_NANOS;
        return LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC).format(MOMENT);
    }
}
