package io.belvedere.model.yaml;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.NotNull;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A key that a file must have. The record's component is {@code @Nullable} all the same, because it is bound before this is
 * checked; that is why this is not {@code @NotNull}, which tools read as a promise about the component.
 */
@NotNull
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Required {
    String message() default "is missing";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
