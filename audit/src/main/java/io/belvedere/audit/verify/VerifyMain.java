package io.belvedere.audit.verify;

import io.belvedere.audit.Receipt;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The command line: {@code verify DIR [--json] [--receipt ID:LEAFHASH]...} and {@code show DIR (--request ID | --last N) [--decrypt]}.
 *
 * <p>Exit codes of {@code verify}: 0 whole; 1 changed; 2 incomplete; 3 wrong use, or not readable; 4 a key is missing or wrong.
 * {@code show} ends with 0, 3 or 4.
 */
public final class VerifyMain {
    private static final int OK = 0;
    private static final String USAGE = """
            usage: verify DIR [--json] [--receipt ID:LEAFHASH]...
                   show DIR (--request ID | --last N) [--decrypt]""";

    private VerifyMain() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    /** Runs a command; returns its exit code. */
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            if (arguments.size() < 2) {
                throw new IllegalArgumentException("a command and a folder are needed");
            }
            Path folder = Path.of(arguments.get(1));
            List<String> options = arguments.subList(2, arguments.size());
            return switch (arguments.getFirst()) {
                case "verify" -> verify(folder, options, out);
                case "show" -> show(folder, options, out, err);
                default -> throw new IllegalArgumentException("there is no such command");
            };
        } catch (IllegalArgumentException wrongUse) {
            err.println(wrongUse.getMessage());
            err.println(USAGE);
            return Severity.UNREADABLE.exitCode();
        }
    }

    private static int verify(Path folder, List<String> options, PrintStream out) {
        List<Receipt> receipts = new ArrayList<>();
        boolean json = false;
        for (Iterator<String> left = options.iterator(); left.hasNext(); ) {
            switch (left.next()) {
                case "--json" -> json = true;
                case "--receipt" -> receipts.add(receipt(value(left, "--receipt")));
                default -> throw new IllegalArgumentException("there is no such option");
            }
        }
        VerifyReport report = new AuditVerifier(Clock.systemUTC()).verify(folder, receipts);
        if (json) {
            out.println(ReportPrinter.json(report));
        } else {
            ReportPrinter.print(report, out);
        }
        return report.exitCode();
    }

    private static int show(Path folder, List<String> options, PrintStream out, PrintStream err) {
        RecordViewer.Decrypt decrypt = RecordViewer.Decrypt.NO;
        String request = "";
        int last = 0;
        for (Iterator<String> left = options.iterator(); left.hasNext(); ) {
            switch (left.next()) {
                case "--request" -> request = value(left, "--request");
                case "--last" -> last = count(value(left, "--last"));
                case "--decrypt" -> decrypt = RecordViewer.Decrypt.YES;
                default -> throw new IllegalArgumentException("there is no such option");
            }
        }
        if (request.isEmpty() == (last == 0)) {
            throw new IllegalArgumentException("one of --request and --last is needed");
        }
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no audit log here");
        }
        RecordViewer viewer = new RecordViewer(out, decrypt);
        try {
            int shown = request.isEmpty() ? viewer.last(folder, last) : viewer.request(folder, request);
            if (shown == 0) {
                err.println("no such record");
            }
            return shown == 0 ? Severity.UNREADABLE.exitCode() : OK;
        } catch (IOException failure) {
            err.println(
                    decrypt == RecordViewer.Decrypt.YES
                            ? "the log or its key file cannot be read"
                            : "the log cannot be read");
            return decrypt == RecordViewer.Decrypt.YES ? Severity.KEYS.exitCode() : Severity.UNREADABLE.exitCode();
        }
    }

    private static String value(Iterator<String> left, String option) {
        if (!left.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return left.next();
    }

    private static int count(String text) {
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw new IllegalArgumentException("--last needs a number from 1 to 999999");
        }
        return Integer.parseInt(text);
    }

    private static Receipt receipt(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("a receipt is written ID:LEAFHASH");
        }
        return new Receipt(text.substring(0, colon), text.substring(colon + 1));
    }
}
