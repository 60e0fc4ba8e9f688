package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.LocatedJson.Member;
import io.belvedere.policy.LocatedJson.Obj;
import io.belvedere.policy.LocatedJson.Parsed;
import io.belvedere.policy.LocatedJson.Place;
import io.belvedere.policy.LocatedJson.Text;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is read of a bundle's {@code .manifest}. */
final class BundleManifest {
    static final String FILE = ".manifest";

    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:+/-]{0,99}");

    private BundleManifest() {}

    /** The revision; empty where there is no manifest or it names none. Throws {@code POLICY_FILE_INVALID} for one that is no name. */
    static Optional<String> revision(BundleArchive archive) {
        byte[] manifest = archive.files().get(FILE);
        if (manifest == null) {
            return Optional.empty();
        }
        if (!(LocatedJson.parse(manifest) instanceof Parsed.Document(Obj document))) {
            throw broken("is not a JSON object");
        }
        return switch (document.members().get("revision")) {
            case null -> Optional.empty();
            case Member(Place _, Text(Place _, String revision)) when revision.isEmpty() -> Optional.empty();
            case Member(Place _, Text(Place _, String revision))
            when REVISION.matcher(revision).matches() -> Optional.of(revision);
            case Member _ -> throw broken("has a revision that is not 1 to 100 letters, digits and . _ : + / -");
        };
    }

    private static BelvedereException broken(String what) {
        return PolicyError.POLICY_FILE_INVALID.error("The policy bundle's .manifest " + what + ".");
    }
}
