package io.belvedere.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.belvedere.audit.EpochState.Damage;
import io.belvedere.audit.OutcomeRecord.Status;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a start does about the starts before it: every decision they left open gets an outcome, and a write that a crash cut
 * short is cut off and reported. A record in the middle is never touched, whatever its state.
 *
 * <p>The {@code recovery} record comes last, so that an epoch without one says that its own recovery did not finish.
 */
final class Recovery {
    private final Path nodeFolder;
    private final AuditSettings settings;

    Recovery(AuditSettings settings) {
        this.settings = settings;
        this.nodeFolder = settings.nodeFolder();
    }

    /** The number of the newest epoch; 0 when there is none. */
    long newest() throws IOException {
        try (Stream<Path> entries = Files.list(nodeFolder)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[1-9]\\d{0,17}"))
                    .mapToLong(Long::parseLong)
                    .max()
                    .orElse(0);
        }
    }

    /** The first records of a new epoch. */
    List<Draft> firstRecords(long newest, RecordForm form) throws IOException {
        List<Draft> records = new ArrayList<>();
        Members opening = new Members();
        Members facts = new Members();
        new TreeMap<>(settings.facts())
                .forEach((name, fact) -> facts.text(SafeText.of(name, 64).text(), fact, 300));
        opening.object("facts", facts);
        if (newest == 0) {
            records.add(form.own(RecordType.OPEN, opening));
            return records;
        }
        List<EpochState> earlier = earlier(newest);
        // A start that wrote nothing is passed over, so that the one before it stays chained.
        EpochState last = earlier.stream()
                .filter(state -> state.records() > 0 || state.damage().isPresent())
                .findFirst()
                .orElse(earlier.getFirst());
        opening.text("prevOrigin", last.origin(), 300)
                .number("prevSize", last.records())
                .text("prevChain", last.chain(), 64);
        records.add(form.own(RecordType.OPEN, opening));
        int crashed = answer(earlier, form, records);
        records.add(form.own(RecordType.RECOVERY, report(earlier, crashed)));
        return records;
    }

    /** The epochs that this start must deal with, newest first. */
    private List<EpochState> earlier(long newest) throws IOException {
        List<EpochState> states = new ArrayList<>();
        for (long epoch = newest; epoch > 0; epoch--) {
            Path folder = nodeFolder.resolve(Long.toString(epoch));
            if (!Files.isDirectory(folder)) {
                continue;
            }
            EpochState state = EpochReader.read(folder, settings.origin(epoch));
            trim(folder, state);
            states.add(state);
            if (state.recovered()) {
                break;
            }
        }
        return states;
    }

    private static int answer(List<EpochState> earlier, RecordForm form, List<Draft> records) {
        Set<String> answered = new HashSet<>();
        earlier.forEach(state -> answered.addAll(state.answered()));
        OutcomeRecord crash = LogWriter.outcome(Status.UNKNOWN_CRASH, Optional.empty());
        int count = 0;
        for (EpochState state : earlier.reversed()) {
            for (var decision : new TreeMap<>(state.open()).entrySet()) {
                if (!answered.contains(state.origin() + "/" + decision.getKey())) {
                    Members place = new Members()
                            .text("decision_log", state.origin(), 300)
                            .number("decision_seq", decision.getKey());
                    records.add(form.smallOutcome(decision.getValue(), crash).with(place));
                    count++;
                }
            }
        }
        return count;
    }

    private static Members report(List<EpochState> earlier, int crashed) {
        ArrayNode damages = JsonNodeFactory.instance.arrayNode();
        for (EpochState state : earlier) {
            Damage damage = state.damage().orElse(null);
            if (damage != null) {
                damages.add(damage(state, damage).json());
            }
        }
        return new Members().number("unknown_crash", crashed).list("damage", damages);
    }

    private static Members damage(EpochState state, Damage damage) {
        return new Members()
                .text("log", state.origin(), 300)
                .text("segment", damage.segment(), 64)
                .number("offset", damage.offset())
                .number("bytes", damage.bytes())
                .text("sha256", damage.sha256(), 64)
                .text("kind", damage.torn() ? "torn_tail" : "changed", 64)
                .flag("cut", damage.torn());
    }

    /** Cuts a torn tail, or the zeros that were allocated and not used, from the last segment. */
    private static void trim(Path folder, EpochState state) throws IOException {
        Files.deleteIfExists(folder.resolve(Segments.SPARE));
        List<Path> segments = EpochReader.segments(folder);
        if (segments.isEmpty()) {
            return;
        }
        Path last = segments.getLast();
        @Nullable Damage damage = state.damage().orElse(null);
        if (damage != null && (!damage.torn() || !last.getFileName().toString().equals(damage.segment()))) {
            return;
        }
        long used = damage != null ? damage.offset() : TornTail.used(Files.readAllBytes(last), 0);
        if (used < Files.size(last)) {
            try (FileChannel channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
                channel.truncate(used);
                channel.force(true);
            }
        }
    }
}
