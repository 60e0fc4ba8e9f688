package io.belvedere.federation.run;

import java.io.Serial;

/** Why a plan was not run: rows of a dimension do not fit into a statement. Never leaves this package. */
final class RowsDoNotFit extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    RowsDoNotFit() {
        super("rows of a dimension do not fit into a statement");
    }
}
