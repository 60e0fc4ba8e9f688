package io.belvedere.federation.hash;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.arrow.QueryMemory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Hashes columns of batches: {@code <key id>:<HMAC-SHA-256 in hexadecimal>}, of what the value is as text: UTF-8 as it stands, whole
 * numbers in digits, decimals without zeros at the end, days and moments in ISO 8601, moments with six digits of the second and in UTC.
 * NULL stays NULL. Bytes are hashed as they are. Safe for use by many threads.
 */
public final class Hasher {
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_BYTES = 32;
    private static final long MICROS = 1_000_000;

    private final List<OutputColumn> columns;
    private final List<HashedColumn> hashed;
    private final HashKeys keys;
    private final BufferAllocator memory;

    /**
     * @param columns of the batches that are given out
     * @throws io.belvedere.model.error.BelvedereException {@code MASK_KEY_MISSING}: before the first row, not at it
     */
    public Hasher(List<OutputColumn> columns, List<HashedColumn> hashed, HashKeys keys, BufferAllocator memory) {
        this.columns = List.copyOf(columns);
        this.hashed = List.copyOf(hashed);
        this.keys = keys;
        this.memory = memory;
        this.hashed.forEach(each -> keys.mac(each.label()));
    }

    /** The batch with hashes in the place of values. Owns what it is given, whatever happens; the caller owns the result. */
    public VectorSchemaRoot hash(VectorSchemaRoot batch) {
        if (hashed.isEmpty()) {
            return batch;
        }
        List<FieldVector> vectors = new ArrayList<>();
        try (batch) {
            VectorSchemaRoot given = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory);
            vectors.addAll(given.getFieldVectors());
            for (int i = 0; i < columns.size(); i++) {
                int column = i;
                FieldVector from = batch.getVector(i);
                FieldVector to = given.getVector(i);
                hashed.stream()
                        .filter(each -> each.column() == column)
                        .findFirst()
                        .ifPresentOrElse(
                                each -> hash(from, (VarCharVector) to, batch.getRowCount(), each.label()),
                                () -> from.makeTransferPair(to).transfer());
            }
            given.setRowCount(batch.getRowCount());
            vectors.clear();
            return given;
        } catch (OutOfMemoryException e) {
            throw QueryMemory.exhausted(e);
        } finally {
            vectors.forEach(FieldVector::close);
        }
    }

    private void hash(FieldVector from, VarCharVector to, int rows, HashLabel label) {
        Mac mac = keys.mac(label);
        byte[] prefix = (label.key() + ":").getBytes(StandardCharsets.US_ASCII);
        byte[] text = new byte[prefix.length + 2 * HASH_BYTES];
        System.arraycopy(prefix, 0, text, 0, prefix.length);
        to.allocateNew((long) text.length * rows, Math.max(1, rows));
        for (int row = 0; row < rows; row++) {
            if (from.isNull(row)) {
                to.setNull(row);
                continue;
            }
            byte[] hash = mac.doFinal(bytes(from, row));
            for (int i = 0; i < HASH_BYTES; i++) {
                text[prefix.length + 2 * i] = HEX[(hash[i] >> 4) & 0xf];
                text[prefix.length + 2 * i + 1] = HEX[hash[i] & 0xf];
            }
            to.setSafe(row, text);
        }
    }

    private static byte[] bytes(FieldVector from, int row) {
        return switch (from) {
            case VarCharVector texts -> texts.get(row);
            case VarBinaryVector bytes -> bytes.get(row);
            default -> text(from, row).getBytes(StandardCharsets.UTF_8);
        };
    }

    private static String text(FieldVector from, int row) {
        return switch (from) {
            case IntVector numbers -> Integer.toString(numbers.get(row));
            case BigIntVector numbers -> Long.toString(numbers.get(row));
            case DecimalVector decimals ->
                decimals.getObject(row).stripTrailingZeros().toPlainString();
            case DateDayVector days -> LocalDate.ofEpochDay(days.get(row)).toString();
            case TimeStampMicroVector moments -> moment(moments, row);
            case TimeStampMicroTZVector moments -> moment(moments, row) + "Z";
            default -> throw new IllegalStateException("a type that is not hashed: " + from.getMinorType());
        };
    }

    private static String moment(TimeStampVector moments, int row) {
        long micros = moments.get(row);
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000L);
        return MOMENT.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
    }
}
