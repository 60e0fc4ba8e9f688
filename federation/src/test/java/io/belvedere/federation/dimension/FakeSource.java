package io.belvedere.federation.dimension;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.dimension.Refresh;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A source of rows {@code (id bigint, label varchar)} that does as it is told. */
final class FakeSource implements DimensionSource {
    static final SourceName SHOP = new SourceName("shop");

    final AtomicInteger opened = new AtomicInteger();
    private final BufferAllocator memory;
    volatile Answer answer = new Answer.Rows(3, 1);
    volatile String watermark = "1";

    FakeSource(QueryMemory memory) {
        this.memory = memory.open("fake source");
    }

    /** What a load meets. */
    sealed interface Answer {
        /** Rows 0 to count, whose label is {@code version}, in batches of two. */
        record Rows(int count, long version) implements Answer {}

        /** The same, but row numbers begin anew after so many. */
        record Repeated(int count, int period) implements Answer {}

        /** So many rows, then the connection is lost. */
        record BreaksAfter(int count) implements Answer {}

        /** Nothing, until the deadline or a cancel. */
        record Hangs() implements Answer {}

        /** The table is another one now. */
        record Drifted() implements Answer {}

        /** Rows 0 to count once the gate opens. */
        record Gated(CountDownLatch gate, int count, long version) implements Answer {}

        /** A NULL in the key of row 1. */
        record NullKey() implements Answer {}
    }

    @Override
    public void turnTo(Catalog catalog) {}

    @Override
    public RowStream open(DimensionDefinition dimension, QueryId id, Deadline deadline) {
        opened.incrementAndGet();
        return new Stream(answer, deadline, DimensionRows.columns(dimension));
    }

    @Override
    public String watermark(
            DimensionDefinition dimension, ChangeSignal.Watermark asked, QueryId id, Deadline deadline) {
        return watermark;
    }

    void close() {
        memory.close();
    }

    static DimensionDefinition dimension(String name, Duration every, Duration staleMax, long rowsMax, long bytesMax) {
        return new DimensionDefinition(
                new TableName(new SourceName("ref"), name),
                "",
                SHOP,
                new Contents.WholeTable(new TableName(SHOP, name)),
                columns(),
                new Refresh.Every(every),
                staleMax,
                rowsMax,
                bytesMax,
                Optional.empty(),
                "hash of " + name + every + staleMax + rowsMax + bytesMax);
    }

    private static List<SourceColumn> columns() {
        return List.of(
                new SourceColumn(
                        new ColumnName("id"), "id", DataType.Simple.BIGINT, Presence.OPTIONAL, KeyPart.KEY, Set.of()),
                new SourceColumn(
                        new ColumnName("label"),
                        "label",
                        DataType.Simple.VARCHAR,
                        Presence.OPTIONAL,
                        KeyPart.NONE,
                        Set.of()));
    }

    static Catalog catalog(DimensionDefinition... dimensions) {
        return catalog("hash", dimensions);
    }

    static Catalog catalog(String sourceHash, DimensionDefinition... dimensions) {
        List<SourceTable> tables = new ArrayList<>();
        tables.add(new SourceTable(new TableName(SHOP, "unused"), Optional.empty(), "unused", columns()));
        SourceDefinition source = new SourceDefinition(
                SHOP,
                SourceKind.MARIADB,
                "",
                List.of(new Shard(
                        "shop",
                        new Connection(
                                "127.0.0.1",
                                1,
                                "shop",
                                "reader",
                                new SecretReference.Environment("NONE"),
                                Connection.TlsMode.DISABLED))),
                Optional.empty(),
                tables,
                SourceLimits.DEFAULT,
                sourceHash);
        return new Catalog(List.of(source), List.of(), List.of(dimensions));
    }

    private final class Stream implements RowStream {
        private static final int BATCH_ROWS = 2;

        private final Answer plan;
        private final Deadline deadline;
        private final VectorSchemaRoot batch;
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private int given;

        Stream(Answer plan, Deadline deadline, List<OutputColumn> columns) {
            this.plan = plan;
            this.deadline = deadline;
            this.batch = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory);
        }

        @Override
        public List<OutputColumn> columns() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean next() {
            return switch (plan) {
                case Answer.Rows(int count, long version) -> fill(count, Integer.MAX_VALUE, version);
                case Answer.Repeated(int count, int period) -> fill(count, period, 1);
                case Answer.Gated(CountDownLatch gate, int count, long version) -> {
                    await(gate);
                    yield fill(count, Integer.MAX_VALUE, version);
                }
                case Answer.BreaksAfter(int count) -> {
                    if (given >= count) {
                        throw FederationError.SOURCE_UNAVAILABLE.error("The source was lost.");
                    }
                    yield fill(count, Integer.MAX_VALUE, 99);
                }
                case Answer.Hangs _ -> {
                    await(new CountDownLatch(1));
                    throw FederationError.TIMED_OUT.error("The deadline passed.");
                }
                case Answer.Drifted _ -> throw FederationError.SCHEMA_DRIFT.error("A column is gone.");
                case Answer.NullKey _ -> {
                    boolean more = fill(2, Integer.MAX_VALUE, 1);
                    if (more) {
                        ((BigIntVector) batch.getVector(0)).setNull(1);
                    }
                    yield more;
                }
            };
        }

        private void await(CountDownLatch gate) {
            try {
                while (cancelled.getCount() > 0 && !deadline.passed()) {
                    if (gate.await(1, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw FederationError.CANCELLED.error("The load was stopped.");
        }

        private boolean fill(int count, int period, long version) {
            int rows = Math.min(BATCH_ROWS, count - given);
            if (rows <= 0) {
                return false;
            }
            BigIntVector ids = (BigIntVector) batch.getVector(0);
            VarCharVector labels = (VarCharVector) batch.getVector(1);
            ids.allocateNew(rows);
            labels.allocateNew(rows);
            for (int row = 0; row < rows; row++) {
                ids.setSafe(row, (given + row) % period);
                labels.setSafe(row, Long.toString(version).getBytes(StandardCharsets.UTF_8));
            }
            batch.setRowCount(rows);
            given += rows;
            return true;
        }

        @Override
        public VectorSchemaRoot batch() {
            return batch;
        }

        @Override
        public List<String> incompleteSources() {
            return List.of();
        }

        @Override
        public List<DimensionReading> dimensions() {
            return List.of();
        }

        @Override
        public List<SourceReading> readings() {
            return List.of();
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        @Override
        public void close() {
            batch.close();
        }
    }
}
