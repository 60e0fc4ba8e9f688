package io.belvedere.server.http;

import io.belvedere.model.catalog.Catalog;
import java.util.function.Supplier;

/** The catalog as it is served now. */
public interface PublishedViews extends Supplier<Catalog> {}
