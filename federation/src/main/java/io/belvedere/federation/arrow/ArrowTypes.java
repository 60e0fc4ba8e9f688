package io.belvedere.federation.arrow;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.Presence;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The one Arrow type of each contract type: exact decimals, microseconds, instants in UTC. */
public final class ArrowTypes {
    private static final int DECIMAL_BITS = 128;

    private ArrowTypes() {}

    public static Schema schema(List<OutputColumn> columns) {
        return new Schema(columns.stream().map(ArrowTypes::field).toList());
    }

    public static ArrowType type(DataType type) {
        return switch (type) {
            case DataType.Decimal(int precision, int scale) -> new ArrowType.Decimal(precision, scale, DECIMAL_BITS);
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> ArrowType.Bool.INSTANCE;
                    case INTEGER -> new ArrowType.Int(Integer.SIZE, true);
                    case BIGINT -> new ArrowType.Int(Long.SIZE, true);
                    case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
                    case VARCHAR -> ArrowType.Utf8.INSTANCE;
                    case VARBINARY -> ArrowType.Binary.INSTANCE;
                    case DATE -> new ArrowType.Date(DateUnit.DAY);
                    case TIME -> new ArrowType.Time(TimeUnit.MICROSECOND, Long.SIZE);
                    case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
                    case TIMESTAMP_WITH_TIME_ZONE -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
                };
        };
    }

    private static Field field(OutputColumn column) {
        boolean nullable = column.presence() == Presence.OPTIONAL;
        return new Field(column.name(), new FieldType(nullable, type(column.type()), null), null);
    }
}
