package io.belvedere.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process of its own with a small heap fills it and lets go again. */
class HeapPressureTest {
    @Test
    void aHeapThatIsFullOfWhatIsInUseIsHighUntilItIsLetGo() throws Exception {
        Process small = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(small.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(small.waitFor()).as(said).isZero();
        assertThat(said.lines()).containsExactly("garbage low", "held high", "released low");
    }

    /** What the process does. */
    static final class SmallHeap {
        private SmallHeap() {}

        public static void main(String[] none) throws InterruptedException {
            HeapPressure pressure = new HeapPressure(80);
            for (int i = 0; i < 200; i++) {
                byte[] garbage = new byte[1024 * 1024];
                garbage[i] = 1;
            }
            System.out.println("garbage " + word(pressure));
            List<byte[]> held = new ArrayList<>();
            for (int i = 0; i < 55; i++) {
                held.add(new byte[1024 * 1024 - 64]);
            }
            System.gc();
            System.out.println(held.isEmpty() ? "nothing held" : "held " + word(pressure));
            held.clear();
            // Nothing else allocates now, so only its own collection can tell that there is room again.
            for (int i = 0; i < 100 && pressure.isHigh(); i++) {
                Thread.sleep(100);
            }
            System.out.println("released " + word(pressure));
        }

        private static String word(HeapPressure pressure) {
            return pressure.isHigh() ? "high" : "low";
        }
    }
}
