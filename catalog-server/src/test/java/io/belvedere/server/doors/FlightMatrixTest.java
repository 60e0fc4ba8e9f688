package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FakeRows.Behaviour;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what over Flight SQL, as the callers of a laptop. */
class FlightMatrixTest {
    @TempDir
    static Path folder;

    private static FlightHouse house;
    private static FlightMatrix matrix;

    @BeforeAll
    static void open() throws Exception {
        house = FlightHouse.open(folder, FlightHouse.Plan.sample());
        matrix = new FlightMatrix(house.door().port());
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @BeforeEach
    void reset() {
        FakeRows.next = new Behaviour.Give(1);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
    }

    @Test
    void everyCommandOfTheProtocolGivesToThoseItIsMeantForAndToNobodyElse() {
        assertThat(matrix.wrongCommands(Bearer.ofALaptop())).isEmpty();
    }

    @Test
    void everyActionOfTheProtocolAndEveryOtherIsRefusedUnlessItIsOffered() {
        assertThat(matrix.wrongActions(Bearer.ofALaptop())).isEmpty();
    }

    @Test
    void whoMayNotReadAViewPreparesNothingOnIt() {
        assertThat(matrix.wrongPreparations(Bearer.ofALaptop())).isEmpty();
    }
}
