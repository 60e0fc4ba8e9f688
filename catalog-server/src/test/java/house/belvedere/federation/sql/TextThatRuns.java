package house.belvedere.federation.sql;

import house.belvedere.federation.run.Rows;

/** Breaks: text and tree come before the run. */
final class TextThatRuns {
    Rows rows() {
        return new Rows();
    }
}
