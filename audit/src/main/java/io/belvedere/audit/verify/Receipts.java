package io.belvedere.audit.verify;

import io.belvedere.audit.Receipt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The receipts that clients kept: each must be of a record that is in the log, as it was. */
final class Receipts {
    private final Map<String, String> wanted = new HashMap<>();
    private final List<String> found = new ArrayList<>();
    private final Set<String> origins = new HashSet<>();

    Receipts(List<Receipt> receipts) {
        receipts.forEach(receipt -> wanted.put(receipt.id(), receipt.leafHash().toLowerCase(Locale.ROOT)));
    }

    void record(String origin, long sequence, byte[] leaf) throws BadFrame {
        if (wanted.isEmpty()) {
            return;
        }
        origins.add(origin);
        String id = origin + "/" + sequence;
        String hash = wanted.remove(id);
        if (hash == null) {
            return;
        }
        if (!hash.equals(HexFormat.of().formatHex(leaf))) {
            throw BadFrame.tampered(
                    "receipt_of_another_record", "The record " + id + " is not the one the receipt is for.");
        }
        found.add(id);
    }

    /** A receipt proves that its record was there, so a log without it has lost it. */
    void finish(List<Finding> findings) {
        for (String id : wanted.keySet()) {
            int slash = id.lastIndexOf('/');
            boolean logIsHere = slash > 0 && origins.contains(id.substring(0, slash));
            findings.add(new Finding(
                    logIsHere ? Severity.TAMPERED : Severity.INCOMPLETE,
                    logIsHere ? "receipt_without_record" : "receipt_of_missing_log",
                    "",
                    -1,
                    -1,
                    logIsHere
                            ? "The record " + id + " is not in its log, though a receipt says it was."
                            : "The log of the receipt " + id + " is not here."));
        }
    }

    List<String> found() {
        return found;
    }
}
