@org.jspecify.annotations.NullMarked
package io.belvedere.model;
