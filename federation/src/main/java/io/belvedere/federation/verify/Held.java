package io.belvedere.federation.verify;

/** A condition that holds for every row of a part. */
record Held(Term term, Weight weight) {
    enum Weight {
        /** Of a policy: stands in the statement exactly as it is. */
        POLICY,
        /** Of a policy on groups: stands in the statement as it is, but for casts. */
        GROUPS,
        PLAIN,
        /** True by the types of its columns: a statement may leave it out. */
        IMPLIED
    }
}
