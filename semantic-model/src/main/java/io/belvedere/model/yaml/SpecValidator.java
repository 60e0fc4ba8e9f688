package io.belvedere.model.yaml;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/**
 * The constraints on the spec records, with each violation at its place in the file.
 *
 * <p>Messages are constants with the constraint's own parameters; there is no expression language, and no value of the file is
 * repeated.
 */
final class SpecValidator {
    private static final Validator VALIDATOR = Validation.byProvider(HibernateValidator.class)
            .configure()
            .ignoreXmlConfiguration()
            .messageInterpolator(new ParameterMessageInterpolator(Set.of(Locale.ENGLISH), Locale.ENGLISH, false))
            .buildValidatorFactory()
            .getValidator();

    private SpecValidator() {}

    static <T extends Record> void validate(T spec, Places places, Problems problems) {
        // Violations come as a set; of two at one place the same one is reported each time.
        VALIDATOR.validate(spec).stream()
                .sorted(Comparator.comparing(violation -> violation.getPropertyPath() + " " + violation.getMessage()))
                .forEach(violation -> report(violation, places, problems));
    }

    private static void report(ConstraintViolation<?> violation, Places places, Problems problems) {
        Object owner = violation.getLeafBean();
        String key = "";
        Position at = places.of(owner);
        boolean element = false;
        for (Path.Node node : violation.getPropertyPath()) {
            element = node.getKind() == ElementKind.CONTAINER_ELEMENT;
            if (element) {
                at = element(owner, key, node, places);
            } else {
                key = String.valueOf(node.getName());
                at = places.of(owner, key);
            }
        }
        boolean absent = violation.getInvalidValue() == null;
        if (absent
                && isRequired(violation)
                && !element
                && places.node(owner, key).isEmpty()) {
            problems.add(DiagnosticCode.KEY_MISSING, at, "The key '" + key + "' is missing here.");
        } else if (!absent) {
            problems.addFirst(DiagnosticCode.VALUE_INVALID, at, "'" + key + "' " + violation.getMessage() + ".");
        }
    }

    private static Position element(Object owner, String key, Path.Node node, Places places) {
        if (node.getIndex() != null) {
            return places.ofItem(owner, key, node.getIndex());
        }
        return places.ofValue(owner, key, String.valueOf(node.getKey()));
    }

    private static boolean isRequired(ConstraintViolation<?> violation) {
        return violation.getConstraintDescriptor().getAnnotation() instanceof Required;
    }
}
