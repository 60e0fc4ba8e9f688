package io.belvedere.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which policy of a bundle decides and which it replaced, so that none of these comes back unnoticed. In a file it outlives the server: a JSON object
 * with {@code active}, the revision, and {@code replaced}, the digests of those before, the latest last.
 */
record BundleMemory(Optional<PolicyRevision> active, List<String> replaced) {
    private static final int REPLACED_MAX = 1_000;
    private static final BundleMemory NONE = new BundleMemory(Optional.empty(), List.of());

    BundleMemory {
        replaced = List.copyOf(replaced);
    }

    /** What the file holds; nothing where there is no file yet. Throws {@code POLICY_FILE_INVALID} for one that cannot be read. */
    static BundleMemory load(Optional<Path> file) {
        if (file.isEmpty() || Files.notExists(file.get())) {
            return NONE;
        }
        try {
            ReplyFields memory = new ReplyFields(ReplyFields.parse(Files.readAllBytes(file.get())), "the memory")
                    .only(Set.of("active", "replaced"));
            ReplyFields active = memory.fields("active").only(Set.of("declared", "released", "sha256"));
            List<String> replaced = new ArrayList<>();
            JsonNode digests = memory.value("replaced");
            if (!digests.isArray()) {
                throw ReplyFields.invalid(memory.at("replaced"), "not a list");
            }
            for (JsonNode digest : digests) {
                if (!digest.isTextual()) {
                    throw ReplyFields.invalid(memory.at("replaced"), "not texts");
                }
                replaced.add(digest.textValue());
            }
            return new BundleMemory(
                    Optional.of(new PolicyRevision(
                            active.text("declared"), active.text("released"), active.text("sha256"))),
                    replaced);
        } catch (IOException | BelvedereException unread) {
            throw PolicyError.POLICY_FILE_INVALID.error(
                    "The memory of policy bundles, '" + file.get()
                            + "', cannot be read, so nobody can tell an older bundle; restore it, or remove it if the next bundle is known to be the newest.",
                    unread);
        }
    }

    /** Whether a revision must not take the place of the active one; throws {@code POLICY_FILE_INVALID} where it must not. */
    void requireNotOlder(PolicyRevision offered) {
        if (active.isEmpty()) {
            return;
        }
        String now = active.get().released();
        boolean newer = RevisionOrder.isOlder(now, offered.released());
        // What was replaced may come back under a newer revision; under another name nobody can tell that it was meant
        // to.
        if (RevisionOrder.isOlder(offered.released(), now) || (replaced.contains(offered.sha256()) && !newer)) {
            throw PolicyError.POLICY_FILE_INVALID.error("The policy bundle is refused: revision " + offered
                    + " is older than " + active.get() + ", the newest so far; publish it under a newer revision.");
        }
    }

    BundleMemory with(PolicyRevision next) {
        List<String> all = new ArrayList<>(replaced);
        active.map(PolicyRevision::sha256)
                .filter(before -> !before.equals(next.sha256()) && !replaced.contains(before))
                .ifPresent(all::add);
        return new BundleMemory(Optional.of(next), all.subList(Math.max(0, all.size() - REPLACED_MAX), all.size()));
    }

    /** Writes it whole or not at all; throws {@code POLICY_FILE_INVALID} where that fails. */
    void store(Optional<Path> file) {
        if (file.isEmpty()) {
            return;
        }
        Path place = file.get().toAbsolutePath();
        Path beside = place.resolveSibling(place.getFileName() + ".new");
        try {
            if (active.isEmpty()) {
                Files.deleteIfExists(place);
                return;
            }
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(CanonicalJson.bytes(json(active.get())));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw PolicyError.POLICY_FILE_INVALID.error(
                    "The memory of policy bundles, '" + file.get() + "', cannot be written, so no bundle is taken.",
                    failure);
        }
    }

    private ObjectNode json(PolicyRevision revision) {
        ObjectNode memory = JsonNodeFactory.instance.objectNode();
        memory.putObject("active")
                .put("declared", revision.declared())
                .put("released", revision.released())
                .put("sha256", revision.sha256());
        ArrayNode digests = memory.putArray("replaced");
        replaced.forEach(digests::add);
        return memory;
    }
}
