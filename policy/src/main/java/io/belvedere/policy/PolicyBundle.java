package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.policy.LocatedJson.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a gate needs to decide: a compiled policy and the data it decides with, read and checked.
 *
 * <p>A policy folder holds {@code data.json}, and {@code policy.wasm} where a team compiled its own; without one the
 * shipped policy is used, and then {@code data.json} is checked to the letter. Immutable.
 */
public final class PolicyBundle {
    public static final String DATA_FILE = "data.json";
    public static final String POLICY_FILE = "policy.wasm";
    /** The files of a policy folder; nothing else in it is read. */
    public static final List<String> FILES = List.of(DATA_FILE, POLICY_FILE);
    /** What a bundle of changes only holds. */
    private static final String PATCH_FILE = "patch.json";

    public static final int DATA_BYTES_MAX = 4 * 1024 * 1024;
    public static final int POLICY_BYTES_MAX = 32 * 1024 * 1024;

    private static final byte[] WASM_MAGIC = {0, 'a', 's', 'm'};

    private final byte[] policy;
    private final String data;
    private final PolicyRevision revision;

    private PolicyBundle(byte[] policy, byte[] data, PolicyRevision revision) {
        this.policy = policy;
        this.data = new String(data, StandardCharsets.UTF_8);
        this.revision = revision;
    }

    /** The shipped policy with data that grants nothing to anybody. */
    public static PolicyBundle builtIn() {
        return of(shipped(POLICY_FILE), shipped(DATA_FILE));
    }

    /** The policy of a folder; throws {@code POLICY_FILE_INVALID}, naming the first problem, when it cannot be used. */
    public static PolicyBundle read(Path folder) {
        return require(load(folder));
    }

    /** What is wrong in a policy folder; nothing when {@link #read} would read it. */
    public static List<Diagnostic> check(Path folder) {
        return switch (load(folder)) {
            case Loaded.Usable _ -> List.of();
            case Loaded.Broken(List<Diagnostic> problems) -> problems;
        };
    }

    /** Whether a policy folder's data names a mask by this word; of data that cannot be read nothing is known. */
    public static boolean names(Path folder, String mask) {
        List<Diagnostic> unread = new ArrayList<>();
        return file(folder, DATA_FILE, DATA_BYTES_MAX, unread)
                .map(LocatedJson::parse)
                .filter(parsed ->
                        parsed instanceof Parsed.Document(LocatedJson root) && PolicyDataCheck.names(root, mask))
                .isPresent();
    }

    /** A bundle of a compiled policy and its data; throws {@code POLICY_FILE_INVALID} when they cannot be used. */
    static PolicyBundle of(byte[] policy, byte[] data) {
        return require(inspect(policy, data));
    }

    /**
     * The policy of an OPA bundle: {@code data.json}, {@code policy.wasm} unless the shipped policy is meant, and a {@code .manifest} with
     * the revision it is known by. Other files of Rego are not read. Throws {@code POLICY_FILE_INVALID} when they cannot be used.
     */
    static PolicyBundle of(BundleArchive archive) {
        for (String name : archive.files().keySet()) {
            String last = name.substring(name.lastIndexOf('/') + 1);
            boolean data = last.equals(DATA_FILE) || last.equals("data.yaml") || last.equals("data.yml");
            if (name.equals(PATCH_FILE) || (data && !name.equals(DATA_FILE))) {
                throw PolicyError.POLICY_FILE_INVALID.error("The policy bundle holds '" + name
                        + "', which is not read: build it with opa build, which makes one data.json.");
            }
        }
        byte[] data = archive.files().get(DATA_FILE);
        if (data == null || data.length > DATA_BYTES_MAX) {
            throw PolicyError.POLICY_FILE_INVALID.error(
                    "The policy bundle has no data.json of at most " + DATA_BYTES_MAX + " bytes.");
        }
        byte[] policy =
                archive.files().containsKey(POLICY_FILE) ? archive.files().get(POLICY_FILE) : shipped(POLICY_FILE);
        PolicyBundle bundle = of(policy, data);
        return BundleManifest.revision(archive)
                .map(released -> new PolicyBundle(
                        bundle.policy,
                        data,
                        new PolicyRevision(bundle.revision.declared(), released, bundle.revision.sha256())))
                .orElse(bundle);
    }

    /** The revision that the data declares, and which bytes that was. */
    public PolicyRevision revision() {
        return revision;
    }

    byte[] policy() {
        return policy.clone();
    }

    String data() {
        return data;
    }

    private sealed interface Loaded {
        record Usable(PolicyBundle bundle) implements Loaded {}

        record Broken(List<Diagnostic> problems) implements Loaded {}
    }

    private static Loaded load(Path folder) {
        List<Diagnostic> problems = new ArrayList<>();
        Optional<byte[]> data = file(folder, DATA_FILE, DATA_BYTES_MAX, problems);
        Optional<byte[]> policy = Files.exists(folder.resolve(POLICY_FILE))
                ? file(folder, POLICY_FILE, POLICY_BYTES_MAX, problems)
                : Optional.of(shipped(POLICY_FILE));
        if (data.isEmpty() || policy.isEmpty()) {
            return new Loaded.Broken(problems);
        }
        return inspect(policy.get(), data.get());
    }

    private static Loaded inspect(byte[] policy, byte[] data) {
        List<Diagnostic> problems = new ArrayList<>();
        if (policy.length < WASM_MAGIC.length
                || !Arrays.equals(policy, 0, WASM_MAGIC.length, WASM_MAGIC, 0, WASM_MAGIC.length)) {
            problems.add(problem(POLICY_FILE, "not a WebAssembly module; compile it with opa build -t wasm"));
        }
        switch (LocatedJson.parse(data)) {
            case Parsed.Broken(LocatedJson.Place place, String message) ->
                problems.add(new Diagnostic(DATA_FILE, place.line(), place.column(), "POLICY_DATA_INVALID", message));
            case Parsed.Document(LocatedJson root) -> {
                boolean own = !Arrays.equals(policy, shipped(POLICY_FILE));
                problems.addAll(
                        own ? PolicyDataCheck.checkRevision(DATA_FILE, root) : PolicyDataCheck.check(DATA_FILE, root));
                if (problems.isEmpty()) {
                    PolicyRevision revision =
                            new PolicyRevision(PolicyDataCheck.revision(root), Sha256.hex(policy, data));
                    return new Loaded.Usable(new PolicyBundle(policy.clone(), data, revision));
                }
            }
        }
        problems.sort(null);
        return new Loaded.Broken(List.copyOf(problems));
    }

    private static PolicyBundle require(Loaded loaded) {
        return switch (loaded) {
            case Loaded.Usable(PolicyBundle bundle) -> bundle;
            case Loaded.Broken(List<Diagnostic> problems) -> throw broken(problems);
        };
    }

    private static BelvedereException broken(List<Diagnostic> problems) {
        String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
        return PolicyError.POLICY_FILE_INVALID.error(problems.getFirst() + more);
    }

    private static Optional<byte[]> file(Path folder, String name, int bytesMax, List<Diagnostic> problems) {
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length <= bytesMax) {
                return Optional.of(bytes);
            }
            problems.add(problem(name, "the file has more than " + bytesMax + " bytes"));
        } catch (IOException e) {
            problems.add(problem(name, "the file cannot be read; is it there, and readable to this user?"));
        }
        return Optional.empty();
    }

    private static Diagnostic problem(String file, String message) {
        String code = file.equals(DATA_FILE) ? "POLICY_DATA_INVALID" : "POLICY_WASM_INVALID";
        return new Diagnostic(file, 1, 1, code, message);
    }

    private static byte[] shipped(String name) {
        try (InputStream in = PolicyBundle.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the shipped policy has no " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the shipped policy cannot be read", e);
        }
    }
}
