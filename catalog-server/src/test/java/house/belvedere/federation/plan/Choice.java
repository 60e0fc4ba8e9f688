package house.belvedere.federation.plan;

/** What a proof must not know about. */
public final class Choice {}
