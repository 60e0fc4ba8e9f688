package io.belvedere.model.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A text, or a list of texts, that binds from a number as well, so that what reads it can say what is accepted. The published JSON
 * Schema accepts the numbers from {@code min} to {@code max}, none by default; in a list, any.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface AnyScalar {
    int min() default 1;

    int max() default 0;
}
