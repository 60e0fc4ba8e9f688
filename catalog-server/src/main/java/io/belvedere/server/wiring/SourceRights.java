package io.belvedere.server.wiring;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import io.belvedere.federation.source.WriteRights;
import io.belvedere.federation.source.WriteRights.Account;
import io.belvedere.model.SourceName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceDefinition;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Holds the accounts of sources to reading. The start is refused where one that answers may write; one that answers only later, or comes with
 * a later catalog, makes the server not ready. Whoever starts the watch ends it by interrupting its thread. Safe for use by many threads.
 */
final class SourceRights {
    private static final Logger LOG = Logger.getLogger(SourceRights.class);
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final Supplier<Catalog> catalog;
    private final Function<Collection<SourceName>, List<Account>> ask;
    private final Set<String> accepted;
    // Written by one thread at a time: the one that starts the server, then the watch.
    private volatile Set<SourceDefinition> fine = Set.of();
    private volatile boolean safe = true;

    SourceRights(Supplier<Catalog> catalog, WriteRights rights, Collection<String> accepted) {
        this(catalog, rights::ask, accepted);
    }

    SourceRights(
            Supplier<Catalog> catalog,
            Function<Collection<SourceName>, List<Account>> ask,
            Collection<String> accepted) {
        this.catalog = catalog;
        this.ask = ask;
        this.accepted = Set.copyOf(accepted);
    }

    /** Throws {@code CONFIGURATION_INVALID} when an account that answers now may write. */
    void require() {
        List<String> problems = look();
        if (!problems.isEmpty()) {
            throw CONFIGURATION_INVALID.error("The server does not start: " + String.join("; ", problems)
                    + ". Use a role that can only read, or name the source in belvedere.sources.accept-write-rights.");
        }
    }

    /** Whether no account is known to be able to write. */
    boolean safe() {
        return safe;
    }

    /** Goes on looking at sources that have not answered yet, or are new. */
    Thread watch() {
        return Thread.ofPlatform().daemon().name("belvedere-source-rights").start(() -> {
            while (pause()) {
                lookAgain();
            }
        });
    }

    void lookAgain() {
        try {
            look().forEach(problem -> LOG.errorf("Not ready: %s.", problem));
        } catch (RuntimeException failure) {
            // The next look comes soon; a source may just have left the catalog.
            LOG.debugf(
                    "The rights of sources could not be looked at: %s",
                    failure.getClass().getName());
        }
    }

    private List<String> look() {
        Set<SourceDefinition> open = catalog.get().sources().stream()
                .filter(source -> !accepted.contains(source.name().value()))
                .collect(Collectors.toSet());
        Set<SourceDefinition> known = new HashSet<>(fine);
        known.retainAll(open);
        open.removeAll(known);
        List<Account> answers =
                ask.apply(open.stream().map(SourceDefinition::name).toList());
        TreeMap<String, String> problems = new TreeMap<>();
        answers.stream()
                .filter(account -> !account.rights().isEmpty())
                .forEach(account -> problems.put(
                        account.source().value(),
                        "source '" + account.source() + "': its role may write: "
                                + String.join(", ", account.rights())));
        open.stream().filter(source -> isFine(source, answers)).forEach(known::add);
        fine = Set.copyOf(known);
        safe = problems.isEmpty();
        return List.copyOf(problems.values());
    }

    /** Every shard has answered, and none may write. */
    private static boolean isFine(SourceDefinition source, List<Account> answers) {
        List<Account> own = answers.stream()
                .filter(account -> account.source().equals(source.name()))
                .toList();
        return own.size() == source.shards().size()
                && own.stream().allMatch(account -> account.rights().isEmpty());
    }

    private static boolean pause() {
        try {
            Thread.sleep(AGAIN);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
