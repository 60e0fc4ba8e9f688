package io.belvedere.server.pipeline;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.access.QueryId;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Where a result goes: one per request, used by the request's thread. A call blocks while the client does not read.
 *
 * <p>Every method throws {@code CLIENT_GONE} when the client can no longer be reached.
 */
public interface ResultSink {
    /** Takes the query before anything else, to interrupt it when the client goes away. */
    void watch(RunningQuery query);

    /** Takes the head of the result, before any source is asked; throws where the columns do not fit the format. */
    void begin(Head head);

    /** Takes the rows of a batch; the batch is the caller's and valid during the call only. */
    void write(VectorSchemaRoot batch);

    /** Writes the terminal frame; the last call. Nothing but this call ever says that a result is complete. */
    void end(ResultEnd end);

    /** Whether anything has left for the client, so that an error can no longer have a status of its own. */
    boolean committed();

    /** Bytes of the result written so far. */
    long bytes();

    /**
     * What is known before the first row.
     *
     * @param auditId the decision's record
     * @param deprecated versions that the caller named and should name no more
     */
    record Head(QueryId query, String auditId, List<OutputColumn> columns, List<DeprecatedUse> deprecated) {
        public Head {
            columns = List.copyOf(columns);
            deprecated = List.copyOf(deprecated);
        }

        /** The head of a result without deprecated views. */
        public Head(QueryId query, String auditId, List<OutputColumn> columns) {
            this(query, auditId, columns, List.of());
        }
    }
}
