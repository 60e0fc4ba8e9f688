package io.belvedere.model.source;

/** Our own memory, where the rows of dimensions are kept. No file says this: a query's plan does, of the dimensions that it reads. */
public record InMemory() implements Location {}
