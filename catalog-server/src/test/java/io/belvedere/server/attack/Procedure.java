package io.belvedere.server.attack;

/**
 * An attack that takes more than requests: files that are changed, statements that are listened to, ids of others.
 *
 * @param id as in the list
 * @param what what is tried, in short
 */
record Procedure(String id, String what, Steps steps) {
    /** Tries it; throws when it succeeds. */
    @FunctionalInterface
    interface Steps {
        void run(AttackedHouse house, PolicyEngine engine, Source source) throws Exception;
    }
}
