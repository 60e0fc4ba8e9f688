package io.belvedere.server.flight;

import com.google.protobuf.ByteString;
import io.belvedere.audit.DecisionRecord.Handles;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Handles and tickets as the audit log names them: by their SHA-256, so that a record tells which calls belong together and opens nothing. */
final class HandleIds {
    private HandleIds() {}

    static Handles ofPrepared(ByteString handle) {
        return of(Optional.of(of(handle)), Optional.empty());
    }

    /** @param prepared as {@link #of(ByteString)} gives it */
    static Handles of(Optional<String> prepared, Optional<byte[]> ticket) {
        return new Handles(prepared, ticket.map(HandleIds::sha256));
    }

    static String of(ByteString handle) {
        return sha256(handle.toByteArray());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
