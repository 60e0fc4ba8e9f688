package io.belvedere.federation.dimension;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceColumn;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * All rows of a dimension, as they were at the source at one time: raw, from before policy. They never change; the next load makes others.
 * Read by any number of threads, only under a {@link Lease}.
 */
public final class DimensionRows {
    private final DimensionDefinition definition;
    private final List<OutputColumn> columns;
    private final Instant asOf;
    private final long generation;
    private final List<VectorSchemaRoot> batches;
    private final List<ArrowRecordBatch> shared;
    private final int[] firstRows;
    private final int rowCount;
    private final Optional<DimensionIndex> index;
    private final long bytes;

    /** As below, for rows that take the memory of their own buffers. */
    DimensionRows(DimensionDefinition definition, Instant asOf, long generation, List<VectorSchemaRoot> batches) {
        this(definition, asOf, generation, batches, bufferBytes(batches));
    }

    /**
     * Takes the batches over and indexes them; when it throws, they are the caller's still.
     *
     * @param bytes memory that the batches take, together
     * @param asOf when the load began: the rows are at least as new
     * @throws DimensionIndex.Refused when the key does not tell rows apart
     */
    DimensionRows(
            DimensionDefinition definition, Instant asOf, long generation, List<VectorSchemaRoot> batches, long bytes) {
        this.definition = definition;
        this.columns = columns(definition);
        this.asOf = asOf;
        this.generation = generation;
        this.batches = List.copyOf(batches);
        this.firstRows = new int[batches.size()];
        int rows = 0;
        for (int i = 0; i < batches.size(); i++) {
            firstRows[i] = rows;
            rows += batches.get(i).getRowCount();
        }
        this.rowCount = rows;
        this.index = definition.key().isEmpty() || batches.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        DimensionIndex.of(this, batches.getFirst().getVector(0).getAllocator()));
        this.bytes = bytes + index.map(DimensionIndex::bytes).orElse(0L);
        // Unloading writes to a vector's buffers, so it is done once, here; what it gives is only read.
        this.shared = this.batches.stream()
                .map(batch -> new VectorUnloader(batch).getRecordBatch())
                .toList();
    }

    private static long bufferBytes(List<VectorSchemaRoot> batches) {
        long bytes = 0;
        for (VectorSchemaRoot batch : batches) {
            for (FieldVector vector : batch.getFieldVectors()) {
                bytes += vector.getBufferSize();
            }
        }
        return bytes;
    }

    /** The columns of a dimension as a step of a plan has them. */
    public static List<OutputColumn> columns(DimensionDefinition definition) {
        return definition.columns().stream()
                .map(column -> new OutputColumn(column.name().value(), column.type(), column.presence()))
                .toList();
    }

    public DimensionDefinition definition() {
        return definition;
    }

    public List<OutputColumn> columns() {
        return columns;
    }

    public Schema schema() {
        return ArrowTypes.schema(columns);
    }

    /** When their load began. */
    public Instant asOf() {
        return asOf;
    }

    /** Counts the loads of this server; rises with each. */
    public long generation() {
        return generation;
    }

    public int rowCount() {
        return rowCount;
    }

    /** Memory that the rows and their index take. */
    public long bytes() {
        return bytes;
    }

    /** To be read, not changed or closed. */
    public List<VectorSchemaRoot> batches() {
        return batches;
    }

    /** Where rows stand by their key; empty when the dimension has no key, or no row. */
    public Optional<DimensionIndex> index() {
        return index;
    }

    /** Where a row stands. */
    public Place place(int row) {
        int found = Arrays.binarySearch(firstRows, row);
        // No batch is empty, so that no two begin with one row.
        int batch = found >= 0 ? found : -found - 2;
        return new Place(batches.get(batch), row - firstRows[batch]);
    }

    /** A row in its batch. */
    public record Place(VectorSchemaRoot batch, int row) {}

    /**
     * The rows in the form in which the engine reads them; their buffers are shared, not copied. Closed by the caller, before the lease.
     *
     * @param memory of the query; of the same root as the dimension's
     */
    public ArrowReader reader(BufferAllocator memory) {
        return new DimensionReader(schema(), shared, memory);
    }

    /** The place of a column of the definition. */
    int indexOf(SourceColumn column) {
        return definition.columns().indexOf(column);
    }

    /** Gives the memory back; called once, when no lease is left. */
    void close() {
        shared.forEach(ArrowRecordBatch::close);
        index.ifPresent(DimensionIndex::close);
        batches.forEach(VectorSchemaRoot::close);
    }
}
