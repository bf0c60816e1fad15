package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.http.ErrorAnswer;
import dev.lighter.http.JsonMismatch;
import dev.lighter.http.Surface;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.ConstraintViolationException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * Turns every failure under {@code /api} into problem details (RFC 9457), and what no other advice answers, such as paths that nobody
 * serves, into the form of the part of the server it was asked of.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class ErrorAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAdvice.class);

    /** A field of the request that is wrong, and how. */
    record Violation(String field, String message) {}

    @ExceptionHandler(EngineException.class)
    @Nullable
    ResponseEntity<Object> engine(EngineException failure, HttpServletRequest request, HttpServletResponse response) {
        if (failure.kind() == EngineException.Kind.INTERNAL) {
            LOG.warn("{}", failure.getMessage(), failure.getCause());
        }
        return answer(request, response, failure.kind().status(), String.valueOf(failure.getMessage()));
    }

    @ExceptionHandler(MethodArgumentNotValidException.class)
    @Nullable
    ResponseEntity<Object> invalid(
            MethodArgumentNotValidException failure, HttpServletRequest request, HttpServletResponse response) {
        return violations(
                request,
                response,
                failure.getBindingResult().getFieldErrors().stream()
                        .map(error -> new Violation(error.getField(), message(error)))
                        .toList());
    }

    private static String message(FieldError error) {
        return error.getField() + " " + String.valueOf(error.getDefaultMessage());
    }

    @ExceptionHandler(HandlerMethodValidationException.class)
    @Nullable
    ResponseEntity<Object> invalid(
            HandlerMethodValidationException failure, HttpServletRequest request, HttpServletResponse response) {
        return violations(
                request,
                response,
                failure.getParameterValidationResults().stream()
                        .flatMap(result -> result.getResolvableErrors().stream().map(error -> {
                            String name =
                                    String.valueOf(result.getMethodParameter().getParameterName());
                            return new Violation(name, name + " " + error.getDefaultMessage());
                        }))
                        .toList());
    }

    @ExceptionHandler(ConstraintViolationException.class)
    @Nullable
    ResponseEntity<Object> invalid(
            ConstraintViolationException failure, HttpServletRequest request, HttpServletResponse response) {
        return answer(request, response, 400, String.valueOf(failure.getMessage()));
    }

    private static @Nullable ResponseEntity<Object> violations(
            HttpServletRequest request, HttpServletResponse response, List<Violation> violations) {
        String sentence = violations.isEmpty()
                ? "the request is not valid"
                : String.join("; ", violations.stream().map(Violation::message).toList());
        return answer(request, response, 400, sentence, violations);
    }

    @ExceptionHandler(HttpMessageNotReadableException.class)
    @Nullable
    ResponseEntity<Object> unreadable(
            HttpMessageNotReadableException failure, HttpServletRequest request, HttpServletResponse response) {
        if (failure.getCause() instanceof MismatchedInputException mismatch) {
            JsonMismatch wrong = JsonMismatch.of(mismatch);
            return answer(
                    request, response, 400, wrong.sentence(), List.of(new Violation(wrong.field(), wrong.sentence())));
        }
        return answer(
                request,
                response,
                400,
                "the request's body is not what is expected here: " + firstLine(failure.getMostSpecificCause()));
    }

    @ExceptionHandler(MethodArgumentTypeMismatchException.class)
    @Nullable
    ResponseEntity<Object> mismatch(
            MethodArgumentTypeMismatchException failure, HttpServletRequest request, HttpServletResponse response) {
        String sentence = "invalid value \"" + failure.getValue() + "\" for parameter " + failure.getName();
        return answer(request, response, 400, sentence, List.of(new Violation(failure.getName(), sentence)));
    }

    @ExceptionHandler(MissingServletRequestParameterException.class)
    @Nullable
    ResponseEntity<Object> missing(
            MissingServletRequestParameterException failure, HttpServletRequest request, HttpServletResponse response) {
        return answer(request, response, 400, "the parameter " + failure.getParameterName() + " is missing");
    }

    @ExceptionHandler(NoResourceFoundException.class)
    @Nullable
    ResponseEntity<Object> notServed(HttpServletRequest request, HttpServletResponse response) {
        return answer(
                request,
                response,
                404,
                Surface.of(request) == Surface.DOCKER
                        ? "page not found"
                        : "nothing is served at " + Surface.path(request) + ": the page /api/docs lists every path");
    }

    @ExceptionHandler(HttpRequestMethodNotSupportedException.class)
    @Nullable
    ResponseEntity<Object> wrongMethod(
            HttpRequestMethodNotSupportedException failure, HttpServletRequest request, HttpServletResponse response) {
        if (Surface.of(request) == Surface.DOCKER) {
            return answer(request, response, 404, "page not found");
        }
        String[] supported = failure.getSupportedMethods();
        if (supported != null) {
            response.setHeader(HttpHeaders.ALLOW, String.join(", ", supported));
        }
        return answer(
                request,
                response,
                405,
                failure.getMethod() + " is not served at " + Surface.path(request)
                        + (supported == null ? "" : ": use " + String.join(" or ", supported)));
    }

    @ExceptionHandler(HttpMediaTypeNotSupportedException.class)
    @Nullable
    ResponseEntity<Object> wrongType(
            HttpMediaTypeNotSupportedException failure, HttpServletRequest request, HttpServletResponse response) {
        return answer(
                request,
                response,
                415,
                "a body of type " + failure.getContentType() + " is not understood here: send one of "
                        + failure.getSupportedMediaTypes());
    }

    @ExceptionHandler(HttpMediaTypeNotAcceptableException.class)
    @Nullable
    ResponseEntity<Object> notAcceptable(
            HttpMediaTypeNotAcceptableException failure, HttpServletRequest request, HttpServletResponse response) {
        return answer(
                request,
                response,
                406,
                "the answer has none of the types that the Accept header names: accept one of "
                        + failure.getSupportedMediaTypes());
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    @Nullable
    ResponseEntity<Object> database(
            RuntimeException failure, HttpServletRequest request, HttpServletResponse response) {
        LOG.error("The database does not answer: {}", firstLine(failure));
        return answer(request, response, 503, ErrorAnswer.NO_DATABASE);
    }

    /** The client is gone: there is nobody to answer. */
    @ExceptionHandler(AsyncRequestNotUsableException.class)
    void gone(AsyncRequestNotUsableException failure) {
        LOG.debug("A client went away", failure);
    }

    @ExceptionHandler(Exception.class)
    @Nullable
    ResponseEntity<Object> other(Exception failure, HttpServletRequest request, HttpServletResponse response) {
        if (failure instanceof ErrorResponse known) {
            HttpStatusCode status = known.getStatusCode();
            return answer(
                    request,
                    response,
                    status.value(),
                    String.valueOf(known.getBody().getDetail()));
        }
        if (failure instanceof IOException) {
            LOG.debug("Input or output failed", failure);
        } else {
            LOG.error("A request failed: {} {}", request.getMethod(), Surface.path(request), failure);
        }
        return answer(
                request,
                response,
                HttpStatus.INTERNAL_SERVER_ERROR.value(),
                "the engine failed to answer: its log says why");
    }

    private static @Nullable ResponseEntity<Object> answer(
            HttpServletRequest request, HttpServletResponse response, int status, String sentence) {
        return answer(request, response, status, sentence, List.of());
    }

    /** The answer, or null when another one is half sent. */
    private static @Nullable ResponseEntity<Object> answer(
            HttpServletRequest request,
            HttpServletResponse response,
            int status,
            String sentence,
            List<Violation> violations) {
        if (response.isCommitted()) {
            LOG.debug("A stream ended early: {}", sentence);
            return null;
        }
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
        return switch (Surface.of(request)) {
            case API -> {
                ProblemDetail problem = ErrorAnswer.problem(request, status, sentence);
                if (!violations.isEmpty()) {
                    problem.setProperty("errors", violations);
                }
                yield answer.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
            }
            case REGISTRY ->
                answer.contentType(MediaType.APPLICATION_JSON)
                        .body(ErrorAnswer.registry(ErrorAnswer.registryCode(status), sentence));
            case DOCKER -> answer.contentType(MediaType.APPLICATION_JSON).body(Map.of("message", sentence));
            default ->
                answer.contentType(MediaType.parseMediaType("text/plain;charset=UTF-8"))
                        .body(sentence + "\n");
        };
    }

    private static String firstLine(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
