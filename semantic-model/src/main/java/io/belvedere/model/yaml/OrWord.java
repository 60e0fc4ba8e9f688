package io.belvedere.model.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A mapping for which a file may write a single word instead; the word binds as if the key were absent. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface OrWord {
    String value();
}
