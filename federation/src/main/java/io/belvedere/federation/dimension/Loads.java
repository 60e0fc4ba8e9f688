package io.belvedere.federation.dimension;

import io.belvedere.model.access.QueryId;
import java.util.function.Supplier;

/**
 * What loads need of the server that they are done for. All parts are safe for use by many threads.
 *
 * @param ids names them, at the sources and in the records
 * @param records are told before a source is asked, and before rows serve
 * @param drifted is told that a source no longer is as it was described, after the rows from before were dropped
 */
public record Loads(Supplier<QueryId> ids, SourceRecords records, Runnable drifted) {}
