package io.belvedere.model.yaml;

import io.belvedere.model.yaml.YamlNode.Entry;
import io.belvedere.model.yaml.YamlNode.Mapping;
import io.belvedere.model.yaml.YamlNode.Sequence;
import java.util.IdentityHashMap;
import java.util.Optional;

/** Where in the file each part of a bound spec stands. Specs are told apart by identity: two equal ones stand in two places. */
final class Places {
    private final IdentityHashMap<Object, Mapping> mappings = new IdentityHashMap<>();

    void put(Object spec, Mapping mapping) {
        mappings.put(spec, mapping);
    }

    /** Where the spec begins. */
    Position of(Object spec) {
        return mapping(spec).map(Mapping::position).orElse(Position.START);
    }

    /** Where the value of a key begins; where the spec begins when the key is absent. */
    Position of(Object spec, String key) {
        return node(spec, key).map(YamlNode::position).orElseGet(() -> of(spec));
    }

    /** Where an element of the list under a key begins. */
    Position ofItem(Object spec, String key, int index) {
        return node(spec, key)
                .filter(Sequence.class::isInstance)
                .map(list -> ((Sequence) list).items().get(index).position())
                .orElseGet(() -> of(spec, key));
    }

    /** Where a key of the mapping under a key stands. */
    Position ofKey(Object spec, String key, String inner) {
        return entry(spec, key, inner).map(Entry::key).orElseGet(() -> of(spec, key));
    }

    /** Where the value of a key of the mapping under a key begins. */
    Position ofValue(Object spec, String key, String inner) {
        return entry(spec, key, inner).map(entry -> entry.value().position()).orElseGet(() -> of(spec, key));
    }

    /** The value of a key; empty when the key is absent. */
    Optional<YamlNode> node(Object spec, String key) {
        return mapping(spec).map(mapping -> mapping.entries().get(key)).map(Entry::value);
    }

    private Optional<Entry> entry(Object spec, String key, String inner) {
        return node(spec, key)
                .filter(Mapping.class::isInstance)
                .map(mapping -> ((Mapping) mapping).entries().get(inner));
    }

    private Optional<Mapping> mapping(Object spec) {
        return Optional.ofNullable(mappings.get(spec));
    }
}
