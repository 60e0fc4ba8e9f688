package io.belvedere.policy;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.ViewId;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy is asked before it may decide anything: a made-up view, by a made-up caller without roles.
 *
 * <p>Any valid answer will do. A policy that cannot give one is not put in the place of one that can; and the JVM has
 * compiled the way through it before the first request comes.
 */
final class FirstQuestion {
    private static final int WARMING_ROUNDS = 20;
    /** The JVM has compiled nothing yet, and a machine that starts a server is a busy one. */
    private static final Duration EVALUATION_MAX = Duration.ofSeconds(10);

    private FirstQuestion() {}

    static void ask(EvaluatorPool pool, PolicyRevision revision, int instances) {
        for (int round = 0; round < WARMING_ROUNDS * instances; round++) {
            for (Operation operation : List.of(Operation.QUERY, Operation.DESCRIBE)) {
                PolicyRequest request = request(operation);
                byte[] input = PolicyInput.of(request).bytes();
                String result = pool.evaluate(new String(input, StandardCharsets.UTF_8), EVALUATION_MAX)
                        .orElseThrow(() -> new IllegalStateException("a pool was closed before it was used"));
                Decision _ = new ReplyReader(request, Sha256.hex(input), revision)
                        .readResultSet(result.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    static PolicyRequest request(Operation operation) {
        return new PolicyRequest(
                new Caller("belvedere:first-question", "nobody", "nobody", Caller.Kind.SERVICE, Set.of(), Map.of()),
                Optional.empty(),
                operation,
                Protocol.REST,
                Instant.EPOCH,
                List.of(view()));
    }

    private static ViewDefinition view() {
        return new ViewDefinition(
                ViewId.parse("first.question@1.0.0"),
                "A view that does not exist",
                "nobody",
                "",
                Set.of(),
                "",
                List.of(new ColumnContract(
                        new ColumnName("id"),
                        DataType.Simple.BIGINT,
                        ColumnContract.Presence.OPTIONAL,
                        ColumnContract.KeyPart.NONE,
                        Set.of(new Classification("unknown")),
                        "")),
                ViewLimits.DEFAULT,
                new OnSourceFailure.Fail(),
                "",
                new Origin("", 1, 1));
    }
}
