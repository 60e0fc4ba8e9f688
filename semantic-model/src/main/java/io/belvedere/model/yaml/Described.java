package io.belvedere.model.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key means, for the published JSON Schema, which editors show. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.TYPE})
@interface Described {
    /** One or two sentences. */
    String value();

    /** Values to begin with. */
    String[] examples() default {};

    /** A regular expression of the texts that can be right, where no constraint of the record says it; empty for any. */
    String form() default "";

    /** The only words that are accepted; empty when the type or a pattern says it. */
    String[] words() default {};
}
