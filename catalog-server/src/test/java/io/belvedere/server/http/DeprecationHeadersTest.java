package io.belvedere.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.ViewId;
import io.belvedere.model.ViewReference;
import io.belvedere.model.view.Deprecation;
import io.belvedere.server.pipeline.DeprecatedUse;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeprecationHeadersTest {
    private static final DeprecatedUse OLD = use("sales.a@1.0.0", "2026-10-01", "2027-03-31", "sales.a@2");
    private static final DeprecatedUse OLDER = use("sales.b@1.0.0", "2026-09-01", "2027-06-30", "sales.c");

    private static DeprecatedUse use(String view, String since, String sunset, String successor) {
        return new DeprecatedUse(
                ViewId.parse(view),
                new Deprecation(
                        LocalDate.parse(since),
                        Optional.of(LocalDate.parse(sunset)),
                        Optional.of(ViewReference.parse(successor)),
                        "Totals were gross."));
    }

    @Test
    void daysAndSuccessorAreWrittenAsTheStandardsSay() {
        assertThat(DeprecationHeaders.of(List.of(OLD)))
                .containsEntry("Deprecation", "@1790812800")
                .containsEntry("Sunset", "Wed, 31 Mar 2027 00:00:00 GMT")
                .containsEntry("Link", "</api/v1/views/sales.a@2>; rel=\"successor-version\"")
                .hasSize(3);
    }

    @Test
    void ofSeveralVersionsTheEarliestDaysCountAndEachSuccessorIsNamed() {
        assertThat(DeprecationHeaders.of(List.of(OLD, OLDER)))
                .containsEntry("Deprecation", "@1788220800")
                .containsEntry("Sunset", "Wed, 31 Mar 2027 00:00:00 GMT")
                .containsEntry(
                        "Link",
                        "</api/v1/views/sales.a@2>; rel=\"successor-version\", </api/v1/views/sales.c>; rel=\"successor-version\"");
    }

    @Test
    void whatIsNotSaidIsNotWritten() {
        Deprecation bare = new Deprecation(LocalDate.parse("2026-10-01"), Optional.empty(), Optional.empty(), "");
        DeprecatedUse use = new DeprecatedUse(ViewId.parse("sales.a@1.0.0"), bare);
        assertThat(DeprecationHeaders.of(List.of(use))).containsOnlyKeys("Deprecation");
        assertThat(use.text()).isEqualTo("View 'sales.a' in version 1.0.0 is deprecated since 2026-10-01.");
        assertThat(DeprecationHeaders.of(List.of())).isEmpty();
    }

    @Test
    void aSentenceSaysItToPeople() {
        assertThat(OLD.text())
                .isEqualTo(
                        "View 'sales.a' in version 1.0.0 is deprecated since 2026-10-01 and may be gone from 2027-03-31"
                                + " on; use sales.a@2. Totals were gross.");
    }
}
