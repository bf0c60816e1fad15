package dev.lighter.registryapi;

import dev.lighter.error.EngineException;
import dev.lighter.http.ErrorAnswer;
import dev.lighter.registry.RegistryError;
import dev.lighter.registry.RegistryException;
import dev.lighter.security.RegistrySignIn;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns failures into errors with a code, OCI distribution specification, error codes. */
@RestControllerAdvice(assignableTypes = RegistryController.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class RegistryErrorAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryErrorAdvice.class);

    @ExceptionHandler(RegistryException.class)
    @Nullable
    ResponseEntity<Map<String, Object>> refused(
            RegistryException failure, HttpServletRequest request, HttpServletResponse response) {
        if (failure.error() == RegistryError.UNAUTHORIZED && !response.containsHeader(HttpHeaders.WWW_AUTHENTICATE)) {
            RegistrySignIn.challenge(request, response, "");
        }
        return answer(response, failure.error().status(), failure.error().name(), failure.sentence());
    }

    @ExceptionHandler(EngineException.class)
    @Nullable
    ResponseEntity<Map<String, Object>> engine(EngineException failure, HttpServletResponse response) {
        if (failure.kind() == EngineException.Kind.INTERNAL) {
            LOG.warn("{}", failure.getMessage(), failure.getCause());
        }
        int status = failure.kind().status();
        return answer(response, status, ErrorAnswer.registryCode(status), String.valueOf(failure.getMessage()));
    }

    /** The answer, or null when another one is half sent. */
    private static @Nullable ResponseEntity<Map<String, Object>> answer(
            HttpServletResponse response, int status, String code, String sentence) {
        return response.isCommitted()
                ? null
                : ResponseEntity.status(status)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(ErrorAnswer.registry(code, sentence));
    }
}
