package io.belvedere.model.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A text that a file may write as a number as well; what reads it says what is accepted. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface AnyScalar {}
