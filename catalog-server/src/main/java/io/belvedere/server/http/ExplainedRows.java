package io.belvedere.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.federation.sql.Asked;
import io.belvedere.server.pipeline.Explanation;
import io.belvedere.server.pipeline.PolicyExplanation;
import jakarta.inject.Singleton;
import java.util.List;

/** Plans and what policy limits as rows of one column of text: a line a row, or all of it as JSON in one row. The same through every door. */
@Singleton
public class ExplainedRows {
    private final ObjectMapper json;

    public ExplainedRows(ObjectMapper json) {
        this.json = json;
    }

    public List<String> of(Explanation plan, Asked.Form form) {
        return switch (form) {
            case TEXT -> ExplanationText.of(plan).lines().toList();
            case JSON -> List.of(written(ExplanationDocument.of(plan)));
        };
    }

    public List<String> of(PolicyExplanation explanation, Asked.Form form) {
        return switch (form) {
            case TEXT -> explanation.lines();
            case JSON -> List.of(written(PolicyExplanationDocument.of(explanation)));
        };
    }

    private String written(Object document) {
        try {
            return json.writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("a plan could not be written", failure);
        }
    }
}
