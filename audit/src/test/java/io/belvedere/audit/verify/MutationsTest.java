package io.belvedere.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.audit.ManySegments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change of one thing in a whole log shows. The same suite must be able to fail: a blind verifier passes none of it. */
class MutationsTest {
    private static final int MUTATIONS = 2_500;
    private static final long SEED = 20_261_122;

    @TempDir
    Path folder;

    /** What is being tested. */
    private interface Verifier {
        int exitCode(Path folder);
    }

    private enum Mutation {
        FLIP_A_BIT,
        DROP_A_FRAME,
        REPEAT_A_FRAME,
        SWAP_TWO_FRAMES,
        TAKE_ANOTHER_FRAME,
        CUT_THE_MIDDLE,
        CUT_THE_END;

        /** Of a cut file alone nobody can say whether the disk or a person lost the rest. */
        boolean proves(boolean lastOfAll) {
            return this != CUT_THE_END && !(this == CUT_THE_MIDDLE && lastOfAll);
        }
    }

    @Test
    void everyMutationShowsAndTamperingIsCalledSo() throws Exception {
        ManySegments.write(folder);
        assertThat(verify(folder)).isZero();
        assertThat(undetected(MutationsTest::verify, MUTATIONS)).isEmpty();
        assertThat(verify(folder)).as("the suite put everything back").isZero();
    }

    @Test
    void aVerifierThatAlwaysSaysWholeFailsTheSuite() throws Exception {
        ManySegments.write(folder);
        assertThat(undetected(_ -> 0, 200)).hasSize(200);
    }

    @Test
    void aVerifierThatAlwaysSaysIncompleteFailsTheSuite() throws Exception {
        ManySegments.write(folder);
        assertThat(undetected(_ -> 2, 200)).hasSizeGreaterThan(100);
    }

    @Test
    void aMissingSegmentIsIncompleteAndACutOneIsChanged() throws Exception {
        ManySegments.write(folder);
        List<Path> files = segments();
        Path middle = files.get(1);
        byte[] whole = Files.readAllBytes(middle);
        Files.delete(middle);
        assertThat(kinds()).containsExactly("missing_segment");
        List<byte[]> frames = frames(whole);
        Files.write(middle, join(frames.subList(0, frames.size() - 1)));
        assertThat(kinds()).containsExactly("segment_cut");
        assertThat(verify(folder)).isEqualTo(1);
    }

    private List<String> undetected(Verifier verifier, int mutations) throws IOException {
        RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        List<Path> files = segments();
        List<String> undetected = new ArrayList<>();
        for (int done = 0; done < mutations; ) {
            Path file = files.get(chance.nextInt(files.size()));
            Mutation mutation = Mutation.values()[chance.nextInt(Mutation.values().length)];
            boolean lastOfAll = file.equals(files.getLast());
            byte[] whole = Files.readAllBytes(file);
            byte[] mutant = mutate(whole, mutation, lastOfAll, chance);
            if (Arrays.equals(whole, mutant)) {
                continue;
            }
            replace(file, mutant);
            int exit = verifier.exitCode(folder);
            if (mutation.proves(lastOfAll) ? exit != 1 : exit == 0) {
                undetected.add(done + " " + mutation + " " + file.getFileName() + " -> " + exit);
            }
            replace(file, whole);
            done++;
        }
        return undetected;
    }

    /** The end of the last log is left alone: what is cut off there does not show without a copy elsewhere. */
    private static byte[] mutate(byte[] whole, Mutation mutation, boolean lastOfAll, RandomGenerator chance) {
        List<byte[]> frames = frames(whole);
        int one = chance.nextInt(lastOfAll ? frames.size() - 1 : frames.size());
        int other = chance.nextInt(frames.size());
        switch (mutation) {
            case FLIP_A_BIT -> {
                byte[] flipped = whole.clone();
                flipped[chance.nextInt(whole.length)] ^= (byte) (1 << chance.nextInt(8));
                return flipped;
            }
            case DROP_A_FRAME -> frames.remove(one);
            case REPEAT_A_FRAME -> frames.add(chance.nextInt(frames.size() + 1), frames.get(one));
            case SWAP_TWO_FRAMES -> Collections.swap(frames, one, other);
            case TAKE_ANOTHER_FRAME -> frames.set(one, frames.get(other));
            case CUT_THE_MIDDLE -> {
                int from = chance.nextInt(whole.length - 2);
                int to = from + 1 + chance.nextInt(whole.length - from - 2);
                byte[] rest = Arrays.copyOf(whole, whole.length - (to - from));
                System.arraycopy(whole, to, rest, from, whole.length - to);
                return rest;
            }
            case CUT_THE_END -> {
                return lastOfAll
                        ? Arrays.copyOf(whole, whole.length - 1 - chance.nextInt(frames.getLast().length - 4))
                        : Arrays.copyOf(whole, chance.nextInt(whole.length));
            }
        }
        return join(frames);
    }

    /** As a new file: some file systems force an old one to the disk when it is overwritten, which takes the suite minutes. */
    private static void replace(Path file, byte[] bytes) throws IOException {
        Files.delete(file);
        Files.write(file, bytes);
    }

    private static List<byte[]> frames(byte[] whole) {
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < whole.length; ) {
            int length = 40 + ByteBuffer.wrap(whole, at, 4).getInt();
            frames.add(Arrays.copyOfRange(whole, at, at + length));
            at += length;
        }
        return frames;
    }

    private static byte[] join(List<byte[]> frames) {
        ByteBuffer joined = ByteBuffer.allocate(
                frames.stream().mapToInt(frame -> frame.length).sum());
        frames.forEach(joined::put);
        return joined.array();
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".wal"))
                    .sorted()
                    .toList();
        }
    }

    private List<String> kinds() {
        return new AuditVerifier(Clock.systemUTC())
                .verify(folder, List.of()).findings().stream()
                        .map(Finding::kind)
                        .toList();
    }

    private static int verify(Path folder) {
        return new AuditVerifier(Clock.systemUTC()).verify(folder, List.of()).exitCode();
    }
}
