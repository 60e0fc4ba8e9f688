package io.belvedere.model.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomPropertyDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;
import java.util.List;

/** JSON Schema (draft 2020-12) of the spec records, by victools and our annotations. */
final class SpecSchemas {
    private SpecSchemas() {}

    static JsonNode of(Class<?> spec, String kind) {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES)
                .with(new JakartaValidationModule(JakartaValidationOption.INCLUDE_PATTERN_EXPRESSIONS));
        config.forTypesInGeneral()
                .withPropertySorter((_, _) -> 0)
                .withCustomDefinitionProvider(
                        (type, context) -> type.getErasedType().isEnum() ? words(type.getErasedType(), context) : null);
        config.forFields()
                .withRequiredCheck(field -> field.getAnnotation(Required.class) != null)
                .withDescriptionResolver(SpecSchemas::description)
                .withCustomDefinitionProvider(SpecSchemas::orWord)
                .withCustomDefinitionProvider(SpecSchemas::orNumber)
                .withCustomDefinitionProvider(SpecSchemas::listOfAny)
                .withInstanceAttributeOverride((node, field, context) -> describe(node, field));
        ObjectNode schema = new SchemaGenerator(config.build()).generateSchema(spec);
        ObjectNode published = schema.objectNode();
        published.set("$schema", schema.remove("$schema"));
        published.put("$id", "https://belvedere.io/schemas/v1/" + kind + ".schema.json");
        published.put("title", "Belvedere " + kind);
        published.put("description", spec.getAnnotation(Described.class).value());
        closeObjects(schema);
        return published.setAll(schema);
    }

    /** No key beside those of the record; the generator's own option also closes the places that offer a choice. */
    private static void closeObjects(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        node.forEach(SpecSchemas::closeObjects);
    }

    private static CustomDefinition words(Class<?> type, SchemaGenerationContext context) {
        ObjectNode node = context.getGeneratorConfig().createObjectNode().put("type", "string");
        SpecBinder.words(type).forEach(node.putArray("enum")::add);
        return new CustomDefinition(node, CustomDefinition.INLINE_DEFINITION, CustomDefinition.EXCLUDING_ATTRIBUTES);
    }

    private static String description(FieldScope field) {
        Described described = field.getAnnotation(Described.class);
        return described == null || field.isFakeContainerItemScope() ? null : described.value();
    }

    private static CustomPropertyDefinition orWord(FieldScope field, SchemaGenerationContext context) {
        OrWord word = field.getAnnotation(OrWord.class);
        if (word == null || field.isFakeContainerItemScope()) {
            return null;
        }
        ObjectNode node = context.getGeneratorConfig().createObjectNode();
        ArrayNode choices = node.putArray("anyOf");
        choices.addObject().put("const", word.value());
        choices.add(context.createDefinitionReference(field.getType()));
        return new CustomPropertyDefinition(node);
    }

    private static CustomPropertyDefinition orNumber(FieldScope field, SchemaGenerationContext context) {
        AnyScalar numbers = field.getAnnotation(AnyScalar.class);
        if (numbers == null || numbers.min() > numbers.max()) {
            return null;
        }
        ObjectNode node = context.getGeneratorConfig().createObjectNode();
        ArrayNode choices = node.putArray("anyOf");
        choices.addObject().put("type", "integer").put("minimum", numbers.min()).put("maximum", numbers.max());
        choices.addObject()
                .put("type", "string")
                .put("pattern", field.getAnnotation(Described.class).form());
        return new CustomPropertyDefinition(node);
    }

    private static CustomPropertyDefinition listOfAny(FieldScope field, SchemaGenerationContext context) {
        if (field.getAnnotation(AnyScalar.class) == null || !field.isFakeContainerItemScope()) {
            return null;
        }
        ObjectNode node = context.getGeneratorConfig().createObjectNode();
        ArrayNode choices = node.putArray("anyOf");
        choices.addObject().put("type", "string");
        choices.addObject().put("type", "integer");
        return new CustomPropertyDefinition(node);
    }

    private static void describe(ObjectNode node, FieldScope field) {
        Described described = field.getAnnotation(Described.class);
        if (described == null || field.isFakeContainerItemScope()) {
            return;
        }
        if (described.words().length > 0) {
            List.of(described.words()).forEach(node.putArray("enum")::add);
        }
        AnyScalar numbers = field.getAnnotation(AnyScalar.class);
        boolean choice =
                field.getAnnotation(OrWord.class) != null || (numbers != null && numbers.min() <= numbers.max());
        if (!choice && !described.form().isEmpty()) {
            node.put("pattern", described.form());
        }
        if (described.examples().length > 0) {
            boolean list = List.class.isAssignableFrom(field.getType().getErasedType());
            ArrayNode examples = node.putArray("examples");
            ArrayNode target = list ? examples.addArray() : examples;
            for (String example : described.examples()) {
                if (numbers != null && example.matches("[0-9]+")) {
                    target.add(Integer.parseInt(example));
                } else {
                    target.add(example);
                }
            }
        }
    }
}
