package io.belvedere.server.flight;

import static io.belvedere.federation.FederationError.OVERLOADED;
import static io.belvedere.server.ServerError.NOT_AUTHENTICATED;

import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.error.BelvedereException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Tickets: what a client sends to get what it asked about. One is good for its caller, for a minute, once; it is closed with {@link Seal}, so nothing
 * is kept of one that is never sent. Safe for use by many threads.
 */
final class Tickets {
    private static final String USE = "ticket";

    private final Seal seal;
    private final Clock clock;
    // Both guarded by this; the oldest first.
    private final Deque<Used> order = new ArrayDeque<>();
    private final Set<QueryId> used = new HashSet<>();

    Tickets(Seal seal, Clock clock) {
        this.seal = seal;
        this.clock = clock;
    }

    /** What a ticket is for. */
    sealed interface Content {
        /**
         * The rows of a statement.
         *
         * @param prepared the hash of the handle of a prepared one
         */
        record Rows(QueryText text, Optional<String> prepared) implements Content {}

        /** What a command about the catalog asks for; the command itself. */
        @SuppressWarnings("ArrayRecordComponent") // read once, never compared
        record Listing(byte[] command) implements Content {}
    }

    /** @param id of the request that the ticket will be */
    record Ticket(QueryId id, Content content) {}

    private record Used(QueryId id, Instant end) {}

    private record Opened(String issuer, String subject, Instant end, Ticket ticket) {
        boolean isOf(Caller caller) {
            return issuer.equals(caller.issuer()) && subject.equals(caller.subject());
        }
    }

    byte[] issue(Caller caller, Ticket ticket) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Values.text(out, caller.issuer());
            Values.text(out, caller.subject());
            out.writeLong(clock.instant().plus(FlightLimits.TICKET_TIME).toEpochMilli());
            out.writeLong(ticket.id().value().getMostSignificantBits());
            out.writeLong(ticket.id().value().getLeastSignificantBits());
            switch (ticket.content()) {
                case Content.Rows(QueryText text, Optional<String> prepared) -> {
                    out.writeByte('R');
                    Values.text(out, prepared.orElse(""));
                    Values.text(out, text.sql());
                    Values.write(out, text.parameters());
                }
                case Content.Listing(byte[] command) -> {
                    out.writeByte('L');
                    out.write(command);
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return seal.close(USE, bytes.toByteArray());
    }

    /**
     * What the caller's ticket is for, for the first and only time; {@code NOT_AUTHENTICATED}, in the same words, for one that is unknown, another
     * caller's, too old or used.
     */
    Ticket redeem(Caller caller, byte[] closed) {
        Instant now = clock.instant();
        Opened opened = open(closed)
                .filter(each -> each.isOf(caller) && now.isBefore(each.end()))
                .orElseThrow(Tickets::refusal);
        if (!use(opened, now)) {
            throw refusal();
        }
        return opened.ticket();
    }

    /** The request that the caller's ticket is or was; empty for what is none. */
    Optional<QueryId> find(Caller caller, byte[] closed) {
        return open(closed)
                .filter(each -> each.isOf(caller))
                .map(each -> each.ticket().id());
    }

    /** Makes a ticket worthless before it is sent; false when it was already. */
    synchronized boolean spoil(Caller caller, byte[] closed) {
        Instant now = clock.instant();
        return open(closed)
                .filter(each -> each.isOf(caller) && now.isBefore(each.end()))
                .filter(each -> use(each, now))
                .isPresent();
    }

    private synchronized boolean use(Opened opened, Instant now) {
        while (!order.isEmpty() && !now.isBefore(order.getFirst().end())) {
            used.remove(order.removeFirst().id());
        }
        if (used.size() >= FlightLimits.TICKETS_USED_MAX) {
            throw OVERLOADED.error("This server answers as many statements as it may; try again in a few seconds.");
        }
        if (!used.add(opened.ticket().id())) {
            return false;
        }
        order.addLast(new Used(opened.ticket().id(), opened.end()));
        return true;
    }

    private Optional<Opened> open(byte[] closed) {
        return seal.open(USE, closed).map(Tickets::read);
    }

    private static Opened read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String issuer = Values.text(in);
            String subject = Values.text(in);
            Instant end = Instant.ofEpochMilli(in.readLong());
            QueryId id = new QueryId(new UUID(in.readLong(), in.readLong()));
            Content content = in.readByte() == 'R' ? rows(in) : new Content.Listing(in.readAllBytes());
            return new Opened(issuer, subject, end, new Ticket(id, content));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static Content.Rows rows(DataInputStream in) throws IOException {
        Optional<String> prepared = Optional.of(Values.text(in)).filter(hash -> !hash.isEmpty());
        return new Content.Rows(new QueryText(Values.text(in), Values.read(in)), prepared);
    }

    private static BelvedereException refusal() {
        return NOT_AUTHENTICATED.error(
                "The ticket is not valid: it is unknown, used, too old or not yours. Ask again.");
    }
}
