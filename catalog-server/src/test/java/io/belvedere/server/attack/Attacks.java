package io.belvedere.server.attack;

import java.util.List;
import java.util.stream.Stream;

/** Every attack that is a list of requests. */
final class Attacks {
    private Attacks() {}

    static List<Attack> all() {
        return Stream.of(
                        SqlAttacks.errors(),
                        SqlAttacks.masks(),
                        SqlAttacks.shapes(),
                        NameAttacks.names(),
                        NameAttacks.metadata(),
                        NameAttacks.functions(),
                        NameAttacks.requests())
                .flatMap(List::stream)
                .toList();
    }
}
