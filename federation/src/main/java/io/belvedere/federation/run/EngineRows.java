package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Batches as the engine gives them: held against the plan's types, and taken over. */
final class EngineRows {
    private EngineRows() {}

    /** The engine's result must have the promised types: a number that came back wider is an error, not a surprise for a client. */
    static void requireTypes(VectorSchemaRoot root, List<OutputColumn> promised) {
        for (int i = 0; i < promised.size(); i++) {
            if (root.getFieldVectors().size() != promised.size()
                    || !root.getVector(i)
                            .getField()
                            .getType()
                            .equals(ArrowTypes.type(promised.get(i).type()))) {
                throw FederationError.ENGINE_FAILED.error(
                        "The join engine gave another type than the plan promises for column " + (i + 1) + ".");
            }
        }
    }

    /** The batch's buffers in a batch that the caller owns. */
    static VectorSchemaRoot move(VectorSchemaRoot from, List<OutputColumn> columns, BufferAllocator memory) {
        VectorSchemaRoot to = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory);
        for (int i = 0; i < from.getFieldVectors().size(); i++) {
            FieldVector vector = from.getVector(i);
            vector.makeTransferPair(to.getVector(i)).transfer();
        }
        to.setRowCount(from.getRowCount());
        return to;
    }
}
