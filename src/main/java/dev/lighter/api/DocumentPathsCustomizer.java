package dev.lighter.api;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.core.Ordered;

/** Adds to the document the paths of the document itself, which its library leaves out. Comes before the errors are added. */
final class DocumentPathsCustomizer implements GlobalOpenApiCustomizer, Ordered {
    @Override
    public void customise(OpenAPI document) {
        document.getPaths()
                .addPathItem(
                        "/api/openapi.json",
                        path("Get this document", "OpenAPI 3.1, as JSON.", "application/json", new ObjectSchema()))
                .addPathItem(
                        "/api/docs",
                        path(
                                "Show this document",
                                "As a page to read and to try out.",
                                "text/html",
                                new StringSchema()));
    }

    private static PathItem path(String summary, String description, String type, Schema<?> schema) {
        return new PathItem()
                .get(new Operation()
                        .addTagsItem("System")
                        .summary(summary)
                        .description(description)
                        .responses(new ApiResponses()
                                .addApiResponse(
                                        "200",
                                        new ApiResponse()
                                                .description("The document")
                                                .content(new Content()
                                                        .addMediaType(type, new MediaType().schema(schema))))));
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
