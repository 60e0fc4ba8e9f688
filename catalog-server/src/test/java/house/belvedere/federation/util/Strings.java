package house.belvedere.federation.util;

/** Breaks: packages name a subject, never a kind. */
final class Strings {}
