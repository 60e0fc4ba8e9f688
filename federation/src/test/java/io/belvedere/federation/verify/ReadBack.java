package io.belvedere.federation.verify;

import io.belvedere.model.source.SourceKind;
import java.util.List;

/** What the verifier reads in a statement, for tests of what writes it. */
public final class ReadBack {
    private ReadBack() {}

    /** Kind and value of each token, with a space between. */
    public static List<String> tokens(String sql, SourceKind kind) {
        return Lexer.tokens(sql, Product.of(kind)).stream()
                .map(token -> token.kind() + " " + token.value())
                .toList();
    }
}
