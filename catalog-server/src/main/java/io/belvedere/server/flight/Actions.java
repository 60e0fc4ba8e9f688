package io.belvedere.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.sql.Asked;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.weave.Weaver.Described;
import io.belvedere.model.DataType;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.server.ServerError;
import io.belvedere.server.pipeline.CallerRates.Lane;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelFlightInfoResult;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.types.pojo.Schema;

/** What clients may have done besides reading: statements prepared and closed, queries cancelled. Safe for use by many threads. */
final class Actions {
    static final List<ActionType> OFFERED = List.of(
            FlightSqlUtils.FLIGHT_SQL_CREATE_PREPARED_STATEMENT,
            FlightSqlUtils.FLIGHT_SQL_CLOSE_PREPARED_STATEMENT,
            FlightSqlUtils.FLIGHT_SQL_CANCEL_QUERY,
            FlightConstants.CANCEL_FLIGHT_INFO);

    private final QueryPipeline pipeline;
    private final Prepared prepared;
    private final Tickets tickets;

    Actions(QueryPipeline pipeline, Prepared prepared, Tickets tickets) {
        this.pipeline = pipeline;
        this.prepared = prepared;
        this.tickets = tickets;
    }

    /** Closing and cancelling are open to who has asked too much. */
    static Lane lane(Action action) {
        return action.getType().equals("CreatePreparedStatement") ? Lane.WORK : Lane.CONTROL;
    }

    /** The answer; empty where there is nothing to say. */
    Optional<byte[]> perform(Request request, Action action) {
        return switch (action.getType()) {
            case "CreatePreparedStatement" -> Optional.of(create(request, action));
            case "ClosePreparedStatement" -> {
                FlightSql.ActionClosePreparedStatementRequest asked = Command.unpack(
                        Command.any(action.getBody()), FlightSql.ActionClosePreparedStatementRequest.class);
                prepared.forget(request.caller(), asked.getPreparedStatementHandle());
                yield Optional.empty();
            }
            case "CancelQuery" -> Optional.of(cancelQuery(request, action));
            case "CancelFlightInfo" -> Optional.of(cancelFlightInfo(request, action));
            case "BeginTransaction", "EndTransaction", "BeginSavepoint", "EndSavepoint" ->
                throw Command.noTransactions();
            default -> throw Failures.unimplemented("This action is not offered here.");
        };
    }

    private byte[] create(Request request, Action action) {
        FlightSql.ActionCreatePreparedStatementRequest asked =
                Command.unpack(Command.any(action.getBody()), FlightSql.ActionCreatePreparedStatementRequest.class);
        if (asked.hasTransactionId()) {
            throw Command.noTransactions();
        }
        ByteString handle = prepared.handle();
        Described described = described(request.with(HandleIds.ofPrepared(handle)), asked.getQuery());
        prepared.keep(request.caller(), handle, asked.getQuery());
        return Any.pack(FlightSql.ActionCreatePreparedStatementResult.newBuilder()
                        .setPreparedStatementHandle(handle)
                        .setDatasetSchema(bytes(ArrowTypes.schema(described.columns())))
                        .setParameterSchema(bytes(parameters(described.parameters())))
                        .build())
                .toByteArray();
    }

    /** Of a plan nothing is known before but its one column: the statement in it is looked at when it is explained. */
    private Described described(Request request, String sql) {
        return switch (Asked.of(new QueryText(sql, List.of()))) {
            case Asked.Rows(QueryText query) -> pipeline.prepare(request, query.sql());
            case Asked.Plan(QueryText query, Asked.Run _, Asked.Form _) -> explained(request, query);
            case Asked.Policy(QueryText query, Asked.Form _) -> explained(request, query);
        };
    }

    private Described explained(Request request, QueryText query) {
        return new Described(
                QueryPipeline.EXPLAINED, pipeline.prepare(request, query.sql()).parameters());
    }

    /** Any of them may be NULL. */
    private static Schema parameters(List<DataType> types) {
        List<OutputColumn> columns = new ArrayList<>(types.size());
        for (DataType type : types) {
            columns.add(new OutputColumn("parameter_" + (columns.size() + 1), type, Presence.OPTIONAL));
        }
        return ArrowTypes.schema(columns);
    }

    static ByteString bytes(Schema schema) {
        return ByteString.copyFrom(schema.serializeAsMessage());
    }

    /** The older of the two ways to cancel, which drivers still use. */
    @SuppressWarnings("deprecation")
    private byte[] cancelQuery(Request request, Action action) {
        FlightSql.ActionCancelQueryRequest asked =
                Command.unpack(Command.any(action.getBody()), FlightSql.ActionCancelQueryRequest.class);
        FlightSql.ActionCancelQueryResult.CancelResult result =
                switch (cancel(request, info(asked.getInfo().toByteArray()))) {
                    case CANCELLED -> FlightSql.ActionCancelQueryResult.CancelResult.CANCEL_RESULT_CANCELLED;
                    case CANCELLING -> FlightSql.ActionCancelQueryResult.CancelResult.CANCEL_RESULT_CANCELLING;
                    case NOT_CANCELLABLE, UNSPECIFIED ->
                        FlightSql.ActionCancelQueryResult.CancelResult.CANCEL_RESULT_NOT_CANCELLABLE;
                };
        return Any.pack(FlightSql.ActionCancelQueryResult.newBuilder()
                        .setResult(result)
                        .build())
                .toByteArray();
    }

    private static FlightInfo info(byte[] bytes) {
        try {
            return FlightInfo.deserialize(ByteBuffer.wrap(bytes));
        } catch (IOException | URISyntaxException | RuntimeException unreadable) {
            throw unreadable();
        }
    }

    private byte[] cancelFlightInfo(Request request, Action action) {
        FlightInfo info;
        try {
            info = CancelFlightInfoRequest.deserialize(ByteBuffer.wrap(action.getBody()))
                    .getInfo();
        } catch (IOException | URISyntaxException | RuntimeException unreadable) {
            throw unreadable();
        }
        ByteBuffer answer = new CancelFlightInfoResult(cancel(request, info)).serialize();
        byte[] bytes = new byte[answer.remaining()];
        answer.get(bytes);
        return bytes;
    }

    private static BelvedereException unreadable() {
        return ServerError.REQUEST_INVALID.error("The message is not the flight info that is expected here.");
    }

    /** A ticket that was not sent yet is worthless from now on; the query of one that was is stopped. */
    private CancelStatus cancel(Request request, FlightInfo info) {
        if (info.getEndpoints().size() != 1) {
            throw unreadable();
        }
        byte[] ticket = info.getEndpoints().getFirst().getTicket().getBytes();
        QueryId id = tickets.find(request.caller(), ticket)
                .orElseThrow(() ->
                        pipeline.refuse(request, ServerError.NOT_FOUND.error("There is no such query, or no longer.")));
        if (tickets.spoil(request.caller(), ticket)) {
            return CancelStatus.CANCELLED;
        }
        try {
            pipeline.cancel(request, id);
            return CancelStatus.CANCELLING;
        } catch (BelvedereException notThere) {
            if (notThere.code() == ServerError.NOT_FOUND) {
                return CancelStatus.NOT_CANCELLABLE;
            }
            throw notThere;
        }
    }
}
