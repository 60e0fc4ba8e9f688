package io.belvedere.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AlternatingRevisionsTest {
    private static final PolicyRevision OLD = new PolicyRevision("1", "a".repeat(64));
    private static final PolicyRevision NEW = new PolicyRevision("2", "b".repeat(64));

    private final AlternatingRevisions revisions = new AlternatingRevisions(Duration.ofSeconds(10));

    private void answered(PolicyRevision revision, long second) {
        revisions.answered(revision, TimeUnit.SECONDS.toNanos(second));
    }

    private boolean lastsAt(long second) {
        return revisions.lasts(TimeUnit.SECONDS.toNanos(second));
    }

    @Test
    void oneRevisionIsNoFault() {
        for (int second = 0; second < 60; second++) {
            answered(OLD, second);
            assertThat(lastsAt(second)).isFalse();
        }
    }

    @Test
    void aChangeIsNoFault() {
        for (int second = 0; second < 60; second++) {
            answered(second < 30 ? OLD : NEW, second);
            assertThat(lastsAt(second)).isFalse();
        }
    }

    @Test
    void aChangeThatIsTakenBackLaterIsNoFault() {
        for (int second = 0; second < 90; second++) {
            answered(second / 30 % 2 == 0 ? OLD : NEW, second);
            assertThat(lastsAt(second)).isFalse();
        }
    }

    @Test
    void serversThatTakeUpAChangeOneAfterTheOtherAreNoFault() {
        for (int second = 0; second < 60; second++) {
            boolean rolling = second >= 20 && second < 28;
            answered(second < 20 || (rolling && second % 2 == 0) ? OLD : NEW, second);
            assertThat(lastsAt(second)).isFalse();
        }
    }

    @Test
    void revisionsThatGoOnByTurnsAreOneAndItEndsWithThem() {
        assertNoticed();
    }

    private void assertNoticed() {
        for (int second = 0; second < 60; second++) {
            answered(second % 3 == 0 ? OLD : NEW, second);
            assertThat(lastsAt(second)).as("after %d s", second).isEqualTo(second > 14);
        }
        for (int second = 60; second < 90; second++) {
            answered(NEW, second);
            assertThat(lastsAt(second)).as("after %d s", second).isEqualTo(second <= 68);
        }
    }

    @Test
    void aFaultThatComesAgainIsNoticedAgain() {
        assertNoticed();
        for (int second = 90; second < 120; second++) {
            answered(second % 2 == 0 ? OLD : NEW, second);
        }
        assertThat(lastsAt(120)).isTrue();
    }
}
