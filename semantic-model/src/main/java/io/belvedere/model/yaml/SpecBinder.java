package io.belvedere.model.yaml;

import io.belvedere.model.yaml.YamlNode.Entry;
import io.belvedere.model.yaml.YamlNode.Kind;
import io.belvedere.model.yaml.YamlNode.Mapping;
import io.belvedere.model.yaml.YamlNode.Scalar;
import io.belvedere.model.yaml.YamlNode.Sequence;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tree of nodes to the spec records of this package, strictly: every key is known, every value has its type, nothing is
 * converted. What does not fit is reported at its node and left out of the record, so that all problems of a file show at once.
 *
 * <p>The records are chosen by our code, by the static types of their components; a file names none.
 */
final class SpecBinder {
    private final Problems problems;
    private final Places places = new Places();

    SpecBinder(Problems problems) {
        this.problems = problems;
    }

    /** Where the parts of what was bound stand. */
    Places places() {
        return places;
    }

    <T extends Record> T bind(Class<T> type, Mapping mapping) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        List<String> known = new ArrayList<>();
        for (int index = 0; index < components.length; index++) {
            known.add(components[index].getName());
            Entry entry = mapping.entries().get(components[index].getName());
            if (entry != null) {
                values[index] = value(type, components[index], entry.value());
            }
        }
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                UnknownKey.report(key, entry, known, problems);
            }
        });
        T spec = make(type, components, values);
        places.put(spec, mapping);
        return spec;
    }

    private @Nullable Object value(Class<?> owner, RecordComponent component, YamlNode node) {
        Field field = field(owner, component.getName());
        OrWord word = field.getAnnotation(OrWord.class);
        if (word != null && node instanceof Scalar scalar) {
            if (!scalar.value().equals(word.value())) {
                String message = "Write '" + word.value() + "', or a mapping.";
                problems.add(DiagnosticCode.VALUE_INVALID, node.position(), message);
            }
            return null;
        }
        if (field.isAnnotationPresent(AnyScalar.class)) {
            return component.getType() == List.class ? anyScalars(node) : anyScalar(node);
        }
        return value(component.getGenericType(), node);
    }

    private @Nullable Object anyScalar(YamlNode node) {
        return node instanceof Scalar scalar && scalar.kind() != Kind.NOTHING
                ? scalar.value()
                : value(String.class, node);
    }

    private @Nullable Object anyScalars(YamlNode node) {
        if (!(node instanceof Sequence sequence)) {
            return wrong(node, "a list");
        }
        List<@Nullable Object> items = new ArrayList<>();
        sequence.items().forEach(item -> items.add(anyScalar(item)));
        return Collections.unmodifiableList(items);
    }

    private @Nullable Object value(Type type, YamlNode node) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class ? list(generic, node) : map(node);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return node instanceof Mapping mapping
                    ? bind(plain.asSubclass(Record.class), mapping)
                    : wrong(node, "a mapping");
        }
        return node instanceof Scalar scalar ? scalar(plain, scalar) : wrong(node, expected(plain));
    }

    private @Nullable Object scalar(Class<?> type, Scalar scalar) {
        if (type == String.class) {
            return scalar.kind() == Kind.TEXT ? scalar.value() : wrong(scalar, "text: quote it");
        }
        if (type == Boolean.class) {
            return switch (scalar.kind() == Kind.BOOLEAN ? scalar.value() : "") {
                case "true" -> true;
                case "false" -> false;
                default -> wrong(scalar, "true or false");
            };
        }
        return type.isEnum() ? word(type, scalar) : number(type, scalar);
    }

    private @Nullable Object number(Class<?> type, Scalar scalar) {
        if (scalar.kind() != Kind.INTEGER || !scalar.value().matches("0|-?[1-9][0-9]*")) {
            return wrong(scalar, "a whole number in digits");
        }
        try {
            return type == Integer.class
                    ? (Object) Integer.valueOf(scalar.value())
                    : (Object) Long.valueOf(scalar.value());
        } catch (NumberFormatException _) {
            problems.add(DiagnosticCode.VALUE_INVALID, scalar.position(), "This number is too large.");
            return null;
        }
    }

    private @Nullable Object word(Class<?> type, Scalar scalar) {
        List<String> words = words(type);
        int index = scalar.kind() == Kind.TEXT ? words.indexOf(scalar.value()) : -1;
        if (index < 0) {
            problems.add(
                    DiagnosticCode.VALUE_INVALID,
                    scalar.position(),
                    "This must be one of: " + String.join(", ", words) + ".");
            return null;
        }
        return type.getEnumConstants()[index];
    }

    private @Nullable Object list(ParameterizedType type, YamlNode node) {
        if (!(node instanceof Sequence sequence)) {
            return wrong(node, "a list");
        }
        List<@Nullable Object> items = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            items.add(value(type.getActualTypeArguments()[0], item));
        }
        return Collections.unmodifiableList(items);
    }

    private @Nullable Object map(YamlNode node) {
        if (!(node instanceof Mapping mapping)) {
            return wrong(node, "a mapping");
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> values.put(key, value(String.class, entry.value())));
        return Collections.unmodifiableMap(values);
    }

    private @Nullable Object wrong(YamlNode node, String expected) {
        problems.add(
                DiagnosticCode.VALUE_TYPE,
                node.position(),
                "This is " + node.what() + "; it must be " + expected + ".");
        return null;
    }

    /** How files write the constants of an enum. */
    static List<String> words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> word((Enum<?>) constant))
                .collect(Collectors.toUnmodifiableList());
    }

    /** How files write a constant of an enum. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String expected(Class<?> type) {
        if (type == String.class) {
            return "text";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        return type.isEnum() ? "one of: " + String.join(", ", words(type)) : "a whole number in digits";
    }

    private static Field field(Class<?> owner, String name) {
        try {
            return owner.getDeclaredField(name);
        } catch (NoSuchFieldException impossible) {
            throw new LinkageError("a record has a field for each component", impossible);
        }
    }

    private static <T extends Record> T make(Class<T> type, RecordComponent[] components, @Nullable Object[] values) {
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<T> canonical = type.getDeclaredConstructor(types);
            return canonical.newInstance(values);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("a spec record has an accessible constructor that refuses nothing", impossible);
        }
    }
}
