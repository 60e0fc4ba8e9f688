package io.belvedere.server.flight;

import com.google.protobuf.ByteString;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.flight.FlightResult.Partial;
import io.belvedere.server.flight.Tickets.Content;
import io.belvedere.server.pipeline.CallerRates.Lane;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.grpc.Context;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Flight SQL as requests of the pipeline. What is not offered is UNIMPLEMENTED, by name or by default. Safe for use by many threads. */
final class SqlDoor implements FlightProducer {
    private static final int BOUND_BYTES_MAX = 64;

    private final QueryPipeline pipeline;
    private final QueryIds ids;
    private final Statements statements;
    private final Listings listings;
    private final Actions actions;
    private final Prepared prepared;
    private final Tickets tickets;
    private final Connections connections;
    private final Pace pace;
    private final BufferAllocator memory;

    SqlDoor(Parts parts) {
        this.pipeline = parts.pipeline();
        this.ids = parts.ids();
        this.statements = parts.statements();
        this.listings = parts.listings();
        this.actions = parts.actions();
        this.prepared = parts.prepared();
        this.tickets = parts.tickets();
        this.connections = parts.connections();
        this.pace = parts.pace();
        this.memory = parts.memory();
    }

    /** What the door stands on. */
    record Parts(
            QueryPipeline pipeline,
            QueryIds ids,
            Statements statements,
            Listings listings,
            Actions actions,
            Prepared prepared,
            Tickets tickets,
            Connections connections,
            Pace pace,
            BufferAllocator memory) {}

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        return told(Lane.WORK, id -> switch (Command.of(descriptor)) {
            case Command.Statement(String sql) -> info(descriptor, rows(sql), id);
            case Command.Prepared(ByteString handle) -> info(descriptor, rows(handle, id), id);
            case Command.Listing listing ->
                info(descriptor, Listings.schema(listing), ticket(new Content.Listing(descriptor.getCommand())));
        });
    }

    private FlightInfo info(FlightDescriptor descriptor, Content.Rows rows, QueryId id) {
        byte[] ticket = ticket(rows);
        Request request = request(id).with(HandleIds.of(rows.prepared(), Optional.of(ticket)));
        return info(descriptor, statements.schema(request, rows.text()), ticket);
    }

    private static FlightInfo info(FlightDescriptor descriptor, Schema schema, byte[] ticket) {
        return FlightInfo.builder(schema, descriptor, List.of(new FlightEndpoint(new Ticket(ticket))))
                .setOrdered(true)
                .build();
    }

    private byte[] ticket(Content content) {
        return tickets.issue(Visit.current().caller(), new Tickets.Ticket(ids.next(), content));
    }

    @Override
    public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
        return told(
                Lane.WORK,
                id -> new SchemaResult(
                        switch (Command.of(descriptor)) {
                            case Command.Statement(String sql) ->
                                statements.schema(request(id), rows(sql).text());
                            case Command.Prepared(ByteString handle) ->
                                statements.schema(
                                        request(id).with(HandleIds.ofPrepared(handle)),
                                        rows(handle, id).text());
                            case Command.Listing listing -> Listings.schema(listing);
                        }));
    }

    private static Content.Rows rows(String sql) {
        return new Content.Rows(new QueryText(sql, List.of()), Optional.empty());
    }

    private Content.Rows rows(ByteString handle, QueryId id) {
        return new Content.Rows(bound(handle, id), Optional.of(HandleIds.of(handle)));
    }

    /** Sending a handle that is none, or another caller's, is an attempt, and recorded. */
    private QueryText bound(ByteString handle, QueryId id) {
        try {
            return prepared.require(Visit.current().caller(), handle);
        } catch (BelvedereException refusal) {
            throw pipeline.refuse(request(id).with(HandleIds.ofPrepared(handle)), refusal);
        }
    }

    /** The whole walk runs on a thread of its own: the call's thread brings word of a client that reads or goes away. */
    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener client) {
        Visit visit = Visit.current();
        FlightResult result = new FlightResult(
                client,
                memory,
                visit.takesPartial() ? Partial.TAKEN : Partial.REFUSED,
                () -> visit.address().ifPresent(connections::cut));
        Thread.ofVirtual()
                .name("belvedere-flight")
                .start(Context.current().wrap(() -> answer(visit, ticket.getBytes(), result, client)));
    }

    private void answer(Visit visit, byte[] ticket, FlightResult result, ServerStreamListener client) {
        Optional<QueryId> id = Optional.empty();
        try {
            Tickets.Ticket opened = redeemed(visit, ticket);
            id = Optional.of(opened.id());
            Request request = visit.request(opened.id());
            switch (opened.content()) {
                case Content.Rows(QueryText text, Optional<String> handle) ->
                    statements.answer(request.with(HandleIds.of(handle, Optional.of(ticket))), text, result);
                case Content.Listing(byte[] command) -> {
                    if (Command.of(command) instanceof Command.Listing listing) {
                        Request sent = request.with(HandleIds.of(Optional.empty(), Optional.of(ticket)));
                        listings.answer(sent, listing, result, client);
                    }
                }
            }
        } catch (RuntimeException | Error failure) {
            client.error(Failures.of(failure, id));
        }
    }

    /** Sending a ticket that is none is an attempt, and recorded. */
    private Tickets.Ticket redeemed(Visit visit, byte[] ticket) {
        try {
            return tickets.redeem(visit.caller(), ticket);
        } catch (BelvedereException refusal) {
            pace.require(visit, Lane.WORK);
            Request attempt = visit.request(ids.next()).with(HandleIds.of(Optional.empty(), Optional.of(ticket)));
            throw pipeline.refuse(attempt, refusal);
        }
    }

    /** Values for a prepared statement; nothing else is taken. */
    @Override
    public Runnable acceptPut(CallContext context, FlightStream values, StreamListener<PutResult> answer) {
        return () -> {
            try {
                ByteString handle = told(Lane.WORK, id -> bind(values, id));
                try (ArrowBuf body = memory.buffer(BOUND_BYTES_MAX)) {
                    body.writeBytes(FlightSql.DoPutPreparedStatementResult.newBuilder()
                            .setPreparedStatementHandle(handle)
                            .build()
                            .toByteArray());
                    answer.onNext(PutResult.metadata(body));
                }
                answer.onCompleted();
            } catch (RuntimeException failure) {
                answer.onError(failure);
            }
        };
    }

    private ByteString bind(FlightStream values, QueryId id) {
        return switch (Command.of(values.getDescriptor())) {
            case Command.Prepared(ByteString handle) -> {
                var _ = bound(handle, id);
                prepared.bind(Visit.current().caller(), handle, BoundValues.read(values));
                yield handle;
            }
            case Command.Statement _, Command.Listing _ -> throw Failures.unimplemented("Nothing is written here.");
        };
    }

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> answer) {
        told(Actions.lane(action), id -> {
            actions.perform(request(id), action).ifPresent(body -> answer.onNext(new Result(body)));
            answer.onCompleted();
            return answer;
        });
    }

    @Override
    public void listActions(CallContext context, StreamListener<ActionType> answer) {
        Actions.OFFERED.forEach(answer::onNext);
        answer.onCompleted();
    }

    @Override
    public void listFlights(CallContext context, Criteria criteria, StreamListener<FlightInfo> answer) {
        answer.onError(Failures.unimplemented("Flights are not listed; ask for the tables."));
    }

    @Override
    public PollInfo pollFlightInfo(CallContext context, FlightDescriptor descriptor) {
        throw Failures.unimplemented("Statements are not polled; ask for the flight info.");
    }

    @Override
    public void doExchange(CallContext context, FlightStream reader, ServerStreamListener writer) {
        writer.error(Failures.unimplemented("Nothing is exchanged here."));
    }

    private static Request request(QueryId id) {
        return Visit.current().request(id);
    }

    /** Runs one call under an id of its own; what goes wrong is told in the words of this door. */
    private <T> T told(Lane lane, Call<T> call) {
        QueryId id = ids.next();
        try {
            pace.require(Visit.current(), lane);
            return call.answer(id);
        } catch (RuntimeException failure) {
            throw Failures.of(failure, Optional.of(id));
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T answer(QueryId id);
    }
}
