package house.belvedere.federation.run;

/** What the text must not know about. */
public final class Rows {}
