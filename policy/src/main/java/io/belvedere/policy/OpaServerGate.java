package io.belvedere.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks an OPA server by its Data API, {@code POST /v1/data/belvedere/authz/decision?provenance=true}; see
 * <a href="https://www.openpolicyagent.org/docs/rest-api">its documentation</a>.
 *
 * <p>The reply is read to the letter, as that of the policy in this process. The revision of a decision is what the reply declares,
 * with a digest of what the server says of itself: its build and the revisions of its bundles. One reply comes from one revision; where
 * several servers stand behind one address, two decisions may come from two, and each says from which; that they do not hold the same
 * policy is told by {@link #serversDisagree()}.
 *
 * <p>A pulse asks a question without meaning every second, so that {@link #problem()} and {@link #revision()} are true without
 * traffic. Safe for use by many threads; whoever opens a gate closes it.
 */
public final class OpaServerGate implements PolicyGate {
    static final Duration PULSE = Duration.ofSeconds(1);
    /** How long servers may take to turn to another policy one after the other. */
    private static final Duration TURNOVER_MAX = Duration.ofSeconds(10);

    private static final Set<String> ENVELOPE = Set.of("result", "provenance");
    /** Where the server keeps a log of decisions. */
    private static final Set<String> LOGGED = Set.of("decision_id");

    private static final byte[] BEGIN = "{\"input\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "}".getBytes(StandardCharsets.US_ASCII);

    private final OpaClient client;
    private final ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("policy-pulse").factory());
    private final AlternatingRevisions revisions;
    private volatile Optional<PolicyRevision> seen = Optional.empty();
    private volatile Optional<BelvedereException> problem = Optional.empty();
    private volatile boolean closed;

    private OpaServerGate(OpaClient client, Duration turnoverMax) {
        this.client = client;
        this.revisions = new AlternatingRevisions(turnoverMax);
    }

    /** A gate before a server, which need not be there yet: until it answers, every question is refused. Asks it once. */
    public static OpaServerGate open(OpaAddress address) {
        return open(address, TURNOVER_MAX);
    }

    static OpaServerGate open(OpaAddress address, Duration turnoverMax) {
        OpaServerGate gate = new OpaServerGate(new OpaClient(address), turnoverMax);
        gate.beat();
        var _ = gate.pulse.scheduleWithFixedDelay(
                gate::beat, PULSE.toMillis(), PULSE.toMillis(), TimeUnit.MILLISECONDS);
        return gate;
    }

    @Override
    public Decision decide(PolicyRequest request) {
        if (closed) {
            throw closed();
        }
        byte[] input = PolicyInput.of(request).bytes();
        JsonNode envelope = ReplyFields.parse(client.ask(question(input)));
        ReplyFields fields = new ReplyFields(envelope, "the answer").only(ENVELOPE, LOGGED);
        JsonNode reply = fields.value("result");
        PolicyRevision revision = revision(reply, fields.value("provenance"));
        Decision decision = new ReplyReader(request, Sha256.hex(input), revision).read(reply);
        revisions.answered(revision, System.nanoTime());
        seen = Optional.of(revision);
        return decision;
    }

    private static byte[] question(byte[] input) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(BEGIN.length + input.length + END.length);
        body.writeBytes(BEGIN);
        body.writeBytes(input);
        body.writeBytes(END);
        return body.toByteArray();
    }

    private static PolicyRevision revision(JsonNode reply, JsonNode provenance) {
        String declared = new ReplyFields(reply, "reply").text("revision");
        return new PolicyRevision(declared, Sha256.hex(CanonicalJson.bytes(provenance)));
    }

    /** The revision of the last answer; {@code none} before the first. */
    @Override
    public String revision() {
        return seen.map(PolicyRevision::toString).orElse("none");
    }

    /** Whether the address answers with several revisions by turns, and has for more than ten seconds. */
    public boolean serversDisagree() {
        return revisions.lasts(System.nanoTime());
    }

    /** Why the last pulse got no usable answer. */
    @Override
    public Optional<BelvedereException> problem() {
        return closed ? Optional.of(closed()) : problem;
    }

    private void beat() {
        try {
            client.refreshToken();
            Decision _ = decide(FirstQuestion.request(Operation.QUERY));
            problem = Optional.empty();
        } catch (BelvedereException failure) {
            problem = Optional.of(failure);
        } catch (RuntimeException failure) {
            // What escaped here would end the pulse, and with it what is known of the server.
            problem = Optional.of(PolicyError.POLICY_UNAVAILABLE.error("Policy could not be asked.", failure));
        }
    }

    @Override
    public void close() {
        closed = true;
        pulse.shutdownNow();
        client.close();
    }

    private static BelvedereException closed() {
        return PolicyError.POLICY_UNAVAILABLE.error("The policy gate is closed.");
    }
}
