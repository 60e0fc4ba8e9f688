@org.jspecify.annotations.NullMarked
package io.belvedere.samples;
