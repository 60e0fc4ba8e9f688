package io.belvedere.policy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The stamp of a grant: SHA-256 over the {@linkplain CanonicalJson canonical JSON} of {@code {"detail", "revision", "views"}}, where {@code revision} is
 * the full revision with its digest and the other two are as replied.
 *
 * <p>The reason is left out: why something was
 * granted does not change what was.
 */
final class Fingerprint {
    private Fingerprint() {}

    static String of(ReplyFields reply, PolicyRevision revision) {
        ObjectNode grant = JsonNodeFactory.instance.objectNode();
        grant.put("revision", revision.toString());
        grant.set("detail", reply.value("detail"));
        grant.set("views", reply.value("views"));
        return Sha256.hex(CanonicalJson.bytes(grant));
    }
}
