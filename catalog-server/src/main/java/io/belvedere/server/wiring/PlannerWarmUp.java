package io.belvedere.server.wiring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.DataType;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyBundle;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.server.pipeline.Walk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Plans a query on every view once, so that the first caller finds the planner and the sources' statistics warm.
 *
 * <p>Needs a decision like every plan. It comes from a gate of its own, with one role that only this caller has: the policy in force
 * is not asked, and knows nothing of it. No plan is run, so no row is read.
 */
final class PlannerWarmUp implements Runnable {
    private static final String ROLE = "warm_up";
    private static final int VIEWS_MAX = 20;
    private static final int KEYS = 3;
    /** Sources that do not answer must not keep the server from serving the others. */
    private static final Duration TIME_MAX = Duration.ofSeconds(8);

    private final Supplier<Catalog> catalog;
    private final Walk walk;
    private final Clock clock;

    PlannerWarmUp(Supplier<Catalog> catalog, Walk walk, Clock clock) {
        this.catalog = catalog;
        this.walk = walk;
        this.clock = clock;
    }

    @Override
    public void run() {
        Catalog published = catalog.get();
        Deadline deadline = Deadline.after(TIME_MAX);
        try (WasmPolicyGate gate = new WasmPolicyGate(bundle(published))) {
            published.views().stream()
                    .limit(VIEWS_MAX)
                    .takeWhile(_ -> !deadline.passed())
                    .forEach(view -> plan(published, view, gate));
        }
    }

    /** The whole view, and one row of it by key, with two keys, so that texts, plans and templates are worked out once. */
    private void plan(Catalog published, ViewDefinition view, WasmPolicyGate gate) {
        String all = "SELECT * FROM \"" + view.id().name().domain() + "\".\""
                + view.id().name().name() + "@" + view.id().version() + "\"";
        plan(published, all, List.of(), gate);
        Optional<ColumnContract> key = view.columns().stream()
                .filter(column -> column.keyPart() == ColumnContract.KeyPart.KEY
                        && (column.type() == DataType.Simple.BIGINT || column.type() == DataType.Simple.INTEGER))
                .findFirst();
        if (key.isPresent()) {
            String one = all + " WHERE \"" + key.get().name() + "\" = ?";
            for (int value = 1; value <= KEYS; value++) {
                plan(published, one, List.of(Optional.of(new Literal.Numeric(BigDecimal.valueOf(value)))), gate);
            }
        }
    }

    private void plan(Catalog published, String sql, List<Optional<Literal>> parameters, WasmPolicyGate gate) {
        ResolvedQuery resolved = walk.resolve().resolve(new QueryText(sql, parameters), published);
        PolicyRequest question = new PolicyRequest(
                new Caller("belvedere", "warm-up", "warm-up", Caller.Kind.SERVICE, Set.of(ROLE), Map.of()),
                Optional.empty(),
                Operation.EXPLAIN,
                Protocol.REST,
                clock.instant(),
                resolved.views());
        if (gate.decide(question) instanceof Allow allow) {
            walk.prepare().prepare(resolved, allow, AtHand.none());
        }
    }

    /** The shipped policy with data that grants the one role every class; nobody else can have the role, because the gate is not shared. */
    private static PolicyBundle bundle(Catalog published) {
        ObjectNode data = new ObjectMapper().createObjectNode();
        ObjectNode policy = data.putObject("belvedere").put("revision", "warm-up");
        ObjectNode role = policy.putObject("roles").putObject(ROLE);
        role.put("access", "rows").put("rows", "all").put("maxRows", 1);
        ObjectNode masks = role.putObject("masks");
        published.views().stream()
                .flatMap(view -> view.columns().stream())
                .flatMap(column -> column.classifications().stream())
                .forEach(each -> masks.putObject(each.value()).put("mask", "none"));
        try {
            Path folder = Files.createTempDirectory("belvedere-warm-up");
            Path file = folder.resolve(PolicyBundle.DATA_FILE);
            try {
                Files.writeString(file, data.toString());
                return PolicyBundle.read(folder);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
