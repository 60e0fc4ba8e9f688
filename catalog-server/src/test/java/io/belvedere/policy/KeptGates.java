package io.belvedere.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Gates of the shipped policy by their data, made once for all tests of a JVM: making one takes longer than most tests. They are never closed. */
public final class KeptGates {
    private static final Map<String, PolicyGate> GATES = new ConcurrentHashMap<>();

    private KeptGates() {}

    /** The gate with this text as its {@code data.json}. */
    public static PolicyGate of(String data) {
        return GATES.computeIfAbsent(data, KeptGates::open);
    }

    private static PolicyGate open(String data) {
        try {
            Path folder = Files.createTempDirectory("kept-gate");
            Path file = Files.writeString(folder.resolve(PolicyBundle.DATA_FILE), data);
            PolicyGate gate = new WasmPolicyGate(PolicyBundle.read(folder));
            Files.delete(file);
            Files.delete(folder);
            return gate;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
