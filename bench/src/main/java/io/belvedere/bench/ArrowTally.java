package io.belvedere.bench;

import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Reads batches of {@link DoorsTable} the way programs that take Arrow do: a column at a time. */
final class ArrowTally {
    private ArrowTally() {}

    static void add(VectorSchemaRoot batch, Tally tally) {
        int rows = batch.getRowCount();
        tally.rows(rows);
        BigIntVector ids = (BigIntVector) batch.getVector(0);
        BigIntVector customers = (BigIntVector) batch.getVector(1);
        IntVector quantities = (IntVector) batch.getVector(2);
        DecimalVector prices = (DecimalVector) batch.getVector(3);
        Float8Vector weights = (Float8Vector) batch.getVector(4);
        DateDayVector days = (DateDayVector) batch.getVector(5);
        TimeStampMicroVector moments = (TimeStampMicroVector) batch.getVector(6);
        BitVector flags = (BitVector) batch.getVector(7);
        for (int row = 0; row < rows; row++) {
            tally.whole(0, ids.get(row));
            tally.whole(1, customers.get(row));
            tally.whole(2, quantities.get(row));
            tally.whole(3, prices.getDataBuffer().getLong((long) row * DecimalVector.TYPE_WIDTH));
            tally.weight(4, weights.get(row));
            tally.whole(5, days.get(row));
            tally.whole(6, moments.get(row));
            tally.whole(7, flags.get(row));
        }
        texts(8, (VarCharVector) batch.getVector(8), rows, tally);
        texts(9, (VarCharVector) batch.getVector(9), rows, tally);
    }

    private static void texts(int column, VarCharVector texts, int rows, Tally tally) {
        for (int row = 0; row < rows; row++) {
            tally.text(column, texts.getValueLength(row));
        }
    }
}
