package io.belvedere.audit;

import static io.belvedere.audit.AuditError.AUDIT_UNAVAILABLE;

import io.belvedere.audit.Append.Durable;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log as files of this machine: {@code <folder>/<cluster>/audit/<node>/<epoch>/seg-<sequence>.wal}, one epoch for each
 * start, one writer at a time. A call returns when its record was forced to the disk, or refuses when that takes too long.
 *
 * <p>A record whose caller was refused may still reach the disk; a decision then gets the outcome {@code failed} with
 * {@code AUDIT_UNAVAILABLE}, because its request saw no row. An outcome that could not be written in time is kept and written as
 * soon as the disk takes it. audit/README.md has the format.
 */
public final class FileAuditLog implements AuditLog {
    private static final String LOCK = "lock";

    private final String origin;
    private final ServerStart start;
    private final LogLimits limits;
    private final RecordForm form;
    private final LogWriter writer;
    private final FileChannel lock;

    private FileAuditLog(
            String origin, ServerStart start, LogLimits limits, RecordForm form, LogWriter writer, FileChannel lock) {
        this.origin = origin;
        this.start = start;
        this.limits = limits;
        this.form = form;
        this.writer = writer;
        this.lock = lock;
    }

    /**
     * Opens the log for a new start: takes the node's lock, reads what earlier starts left, and writes the first records. Reads
     * the whole of an epoch that was not closed. The caller closes the log.
     *
     * @throws BelvedereException {@code AUDIT_UNAVAILABLE} when another process writes this node's log, or the folder, the key
     *     file or the first segment cannot be written
     */
    public static FileAuditLog open(AuditSettings settings) {
        return open(settings, LogLimits.STANDARD, new FileDisk(), System::nanoTime);
    }

    /**
     * As {@link #open(AuditSettings)}, for a disk that may take longer than a second.
     *
     * @param durableWithin how long a caller waits for its record to be on the disk before it is refused, 100 ms to a minute
     */
    public static FileAuditLog open(AuditSettings settings, Duration durableWithin) {
        return open(settings, LogLimits.STANDARD.durableWithin(durableWithin), new FileDisk(), System::nanoTime);
    }

    static FileAuditLog open(AuditSettings settings, LogLimits limits, Disk disk, LongSupplier nanos) {
        Path node = settings.nodeFolder();
        FileChannel lock = null;
        try {
            Files.createDirectories(node);
            lock = lock(node);
            AuditKeys keys = AuditKeys.load(node.resolve(AuditKeys.FILE));
            Recovery recovery = new Recovery(settings);
            long newest = recovery.newest();
            String origin = settings.origin(newest + 1);
            ServerStart start = ServerStart.of(node, newest + 1);
            RecordForm form = new RecordForm(settings, origin, keys);
            List<Draft> first = recovery.firstRecords(newest, form);
            Path epoch = Files.createDirectory(node.resolve(Long.toString(newest + 1)));
            FileDisk.forceFolder(node);
            LogWriter writer = new LogWriter(
                    limits,
                    nanos,
                    form,
                    new Sequencer(origin, settings.clock(), nanos, form),
                    new Segments(epoch, disk, limits, nanos));
            writer.start(first);
            return new FileAuditLog(origin, start, limits, form, writer, lock);
        } catch (IOException failure) {
            release(lock);
            throw AUDIT_UNAVAILABLE.error(
                    "The audit log cannot be opened; check its folder and its key file.", failure);
        } catch (RuntimeException failure) {
            release(lock);
            throw failure;
        }
    }

    @Override
    public AuditTicket open(DecisionRecord decision) {
        Append.Decide append =
                new Append.Decide(decision.request(), form.decision(decision), new CompletableFuture<>());
        requireTaken(writer.offerDecision(append));
        return new AuditTicket(this, decision.request(), await(append).sequence());
    }

    @Override
    public Receipt close(AuditTicket ticket, OutcomeRecord outcome) {
        ticket.use(this);
        Append.End append = new Append.End(
                ticket.sequence(),
                form.outcome(ticket.request(), outcome),
                () -> form.smallOutcome(ticket.request(), outcome),
                new CompletableFuture<>());
        requireTaken(writer.offerOutcome(append));
        return receipt(await(append));
    }

    @Override
    public Receipt refuse(DecisionRecord decision, OutcomeRecord outcome) {
        Append.Refuse append = new Append.Refuse(
                form.decision(decision), form.outcome(decision.request(), outcome), new CompletableFuture<>());
        requireTaken(writer.offer(append));
        return receipt(await(append));
    }

    @Override
    public Receipt note(AdminRecord event) {
        Append.Note append = new Append.Note(form.note(event), new CompletableFuture<>());
        requireTaken(writer.offer(append));
        return receipt(await(append));
    }

    @Override
    public boolean available() {
        return writer.available();
    }

    @Override
    public String origin() {
        return origin;
    }

    @Override
    public ServerStart start() {
        return start;
    }

    /** Gives requests that are still open the outcome {@code node_drain}, writes the closing record, releases the lock. */
    @Override
    public void close() {
        writer.close();
        release(lock);
    }

    private Receipt receipt(Durable durable) {
        return new Receipt(origin + "/" + durable.sequence(), durable.leafHash());
    }

    /** Waits for the disk, within the limit. A cancelled thread waits too: its outcome must be written all the same. */
    private Durable await(Append append) {
        long until = System.nanoTime() + limits.durableWithin().toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return append.durable().get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException stopped) {
                    interrupted = true;
                } catch (TimeoutException late) {
                    // Whoever completes it first decides; the writer sees that its record was given up.
                    append.durable().completeExceptionally(LogWriter.unavailable());
                } catch (ExecutionException failure) {
                    throw AUDIT_UNAVAILABLE.error(
                            "The audit log could not make the record durable; try again later.", failure);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void requireTaken(boolean taken) {
        if (!taken) {
            throw AUDIT_UNAVAILABLE.error("The audit log takes no record now; try again later.");
        }
    }

    private static FileChannel lock(Path node) throws IOException {
        FileChannel channel = FileChannel.open(node.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock taken = channel.tryLock();
            if (taken != null) {
                return channel;
            }
        } catch (OverlappingFileLockException thisProcess) {
            // Answered below, as for another process.
        }
        channel.close();
        throw AUDIT_UNAVAILABLE.error(
                "The audit log is written by another server already; give this one a node name of its own.");
    }

    private static void release(@Nullable FileChannel lock) {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
        } catch (IOException gone) {
            // The lock goes with the process at the latest.
        }
    }
}
