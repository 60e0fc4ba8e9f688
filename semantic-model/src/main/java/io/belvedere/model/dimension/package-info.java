/** What a dimension's file says: a small table, or query, of one source that is kept in memory. Never loads or keeps rows. */
@NullMarked
package io.belvedere.model.dimension;

import org.jspecify.annotations.NullMarked;
