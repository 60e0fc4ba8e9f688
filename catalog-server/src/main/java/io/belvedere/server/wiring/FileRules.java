package io.belvedere.server.wiring;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.SourceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Who may read the files that hold keys, tokens and passwords: their owner, perhaps the owner's group, and nobody else. */
final class FileRules {
    private static final Set<PosixFilePermission> FOR_ALL =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    /** What the audit log writes beside itself. */
    private static final String AUDIT_KEYS = "audit.keys";

    private static final PosixFilePermission GROUP_WRITES = PosixFilePermission.GROUP_WRITE;

    private FileRules() {}

    /** Throws {@code CONFIGURATION_INVALID} for the first file of the settings that others may read or write. */
    static void require(Settings settings) {
        Stream<Optional<Path>> single = Stream.of(
                settings.policy().bundle().tokenFile(),
                settings.policy()
                        .bundle()
                        .keyFile()
                        .filter(_ -> isSecret(settings.policy().bundle())),
                settings.policy().opa().tokenFile(),
                settings.identity().oidc().clientSecretFile());
        single.flatMap(Optional::stream).forEach(FileRules::requireOwn);
        settings.masks().hashKeys().ifPresent(FileRules::requireOwnFiles);
        requireOwn(auditKeys(settings.audit()));
    }

    /** The same for the files that sources take their passwords from. */
    static void require(Collection<SourceDefinition> sources) {
        sources.stream()
                .flatMap(source -> source.shards().stream())
                .flatMap(shard ->
                        shard.location() instanceof Connection target ? Stream.of(target.password()) : Stream.empty())
                .flatMap(secret ->
                        secret instanceof SecretReference.File(String path) ? Stream.of(Path.of(path)) : Stream.empty())
                .distinct()
                .forEach(FileRules::requireOwn);
    }

    /** The key of a signature by a public key is public. */
    private static boolean isSecret(Settings.BundleSettings bundle) {
        return bundle.algorithm().startsWith("HS");
    }

    private static Path auditKeys(Settings.AuditSettings audit) {
        return audit.folder()
                .resolve(audit.cluster())
                .resolve("audit")
                .resolve(audit.node())
                .resolve(AUDIT_KEYS);
    }

    /** The same for every file of a folder of keys. */
    static void requireOwnFiles(Path folder) {
        files(folder).forEach(FileRules::requireOwn);
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException unreadable) {
            throw refused("the folder '" + folder + "' cannot be listed.");
        }
    }

    private static void requireOwn(Path file) {
        Set<PosixFilePermission> given;
        try {
            given = Files.exists(file) ? Files.getPosixFilePermissions(file) : Set.of();
        } catch (UnsupportedOperationException | IOException unknown) {
            // Where files have no such rights, or cannot be looked at, whoever reads the file says so.
            return;
        }
        if (given.contains(GROUP_WRITES) || given.stream().anyMatch(FOR_ALL::contains)) {
            throw refused("others may read or write the file '" + file
                    + "', which holds a secret; chmod 600 it, or 640 for a group.");
        }
    }

    private static BelvedereException refused(String why) {
        return CONFIGURATION_INVALID.error("The server does not start: " + why);
    }
}
