package io.belvedere.model.yaml;

import io.belvedere.model.yaml.YamlNode.Entry;
import io.belvedere.model.yaml.YamlNode.Mapping;
import io.belvedere.model.yaml.YamlNode.Scalar;
import java.util.Optional;

/** One catalog file from bytes to definition, or to its problems. Looks at no other file. */
final class FileReader {
    private final Variables variables;

    FileReader(Variables variables) {
        this.variables = variables;
    }

    /** The definition; empty when the file has a problem, which is then reported. */
    Optional<LoadedFile> read(CatalogFolder.Found file, Problems problems) {
        return FileText.load(file.target(), problems).flatMap(text -> read(file.name(), file.kind(), text, problems));
    }

    /** As {@link #read(CatalogFolder.Found, Problems)}, for text that is there already. */
    Optional<LoadedFile> read(String name, DefinitionKind folder, FileText text, Problems problems) {
        Optional<YamlNode> root = YamlTree.parse(text, problems);
        if (root.isEmpty()) {
            return Optional.empty();
        }
        if (!(root.get() instanceof Mapping mapping)) {
            problems.add(
                    DiagnosticCode.VALUE_TYPE,
                    root.get().position(),
                    "The file holds " + root.get().what() + "; it must hold apiVersion, kind, metadata and spec.");
            return Optional.empty();
        }
        return kind(mapping, folder, problems).flatMap(kind -> define(name, kind, text, mapping, problems));
    }

    private Optional<LoadedFile> define(
            String name, DefinitionKind kind, FileText text, Mapping mapping, Problems problems) {
        SpecBinder binder = new SpecBinder(problems);
        return switch (kind) {
            case SOURCE -> {
                SourceSpec spec = binder.bind(SourceSpec.class, mapping);
                SpecValidator.validate(spec, binder.places(), problems);
                yield new SourceReader(variables, binder.places(), problems)
                        .read(name, spec)
                        .map(LoadedFile.class::cast);
            }
            case VIEW -> {
                ViewSpec spec = binder.bind(ViewSpec.class, mapping);
                SpecValidator.validate(spec, binder.places(), problems);
                yield new ViewReader(binder.places(), problems)
                        .read(name, text, spec)
                        .map(LoadedFile.class::cast);
            }
            case DIMENSION -> {
                DimensionSpec spec = binder.bind(DimensionSpec.class, mapping);
                SpecValidator.validate(spec, binder.places(), problems);
                yield new DimensionReader(name, text, binder.places(), problems)
                        .read(spec)
                        .map(LoadedFile.class::cast);
            }
        };
    }

    /** What the file defines, by its own word; whatever else it says is read only when that is known. */
    private static Optional<DefinitionKind> kind(Mapping mapping, DefinitionKind folder, Problems problems) {
        Optional<Scalar> version = word(mapping, "apiVersion", problems);
        Optional<Scalar> kindWord = word(mapping, "kind", problems);
        if (version.isPresent() && !version.get().value().equals(Forms.API_VERSION)) {
            problems.add(
                    DiagnosticCode.API_VERSION_UNSUPPORTED,
                    version.get().position(),
                    "The only version of this format is " + Forms.API_VERSION + ".");
        }
        Optional<DefinitionKind> kind = kindWord.flatMap(word -> DefinitionKind.find(word.value()));
        if (kindWord.isPresent() && kind.isEmpty()) {
            problems.add(
                    DiagnosticCode.UNSUPPORTED_KIND,
                    kindWord.get().position(),
                    "This kind is not supported; a file defines a Source, a Dimension or a View.");
        } else if (kind.isPresent() && kind.get() != folder) {
            problems.add(
                    DiagnosticCode.KIND_MISPLACED,
                    kindWord.orElseThrow().position(),
                    "A " + kind.get().word() + " stands in " + kind.get().folder() + "/; move the file there.");
        }
        return problems.none() ? kind : Optional.empty();
    }

    private static Optional<Scalar> word(Mapping mapping, String key, Problems problems) {
        Entry entry = mapping.entries().get(key);
        if (entry == null) {
            problems.add(DiagnosticCode.KEY_MISSING, mapping.position(), "The key '" + key + "' is missing here.");
            return Optional.empty();
        }
        if (entry.value() instanceof Scalar scalar && scalar.kind() == YamlNode.Kind.TEXT) {
            return Optional.of(scalar);
        }
        problems.add(
                DiagnosticCode.VALUE_TYPE,
                entry.value().position(),
                "This is " + entry.value().what() + "; it must be text.");
        return Optional.empty();
    }
}
