package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.http.ErrorAnswer;
import dev.lighter.http.JsonMismatch;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.MismatchedInputException;

/** Turns every failure on Docker's paths into Docker's answer: a status and a message. */
@RestControllerAdvice(basePackageClasses = DockerErrorAdvice.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class DockerErrorAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(DockerErrorAdvice.class);

    @ExceptionHandler(EngineException.class)
    ResponseEntity<DockerError> engine(EngineException failure) {
        if (failure.kind() == EngineException.Kind.INTERNAL) {
            LOG.warn("{}", failure.getMessage(), failure.getCause());
        }
        return answer(failure.kind().status(), String.valueOf(failure.getMessage()));
    }

    @ExceptionHandler(HttpMessageNotReadableException.class)
    ResponseEntity<DockerError> unreadable(HttpMessageNotReadableException failure) {
        Throwable cause = failure.getMostSpecificCause();
        if (cause instanceof MismatchedInputException mismatch) {
            return answer(400, "invalid JSON: " + JsonMismatch.of(mismatch).sentence());
        }
        if (cause instanceof JacksonException syntax) {
            return answer(400, "invalid JSON: " + syntax.getOriginalMessage());
        }
        return answer(400, "the request's body is missing or cannot be read: send a JSON object");
    }

    @ExceptionHandler(HttpMediaTypeNotSupportedException.class)
    ResponseEntity<DockerError> mediaType(HttpMediaTypeNotSupportedException failure) {
        return answer(
                400, "unsupported Content-Type header (" + failure.getContentType() + "): must be 'application/json'");
    }

    @ExceptionHandler(MethodArgumentTypeMismatchException.class)
    ResponseEntity<DockerError> mismatch(MethodArgumentTypeMismatchException failure) {
        return answer(400, "invalid value \"" + failure.getValue() + "\" for parameter " + failure.getName());
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    ResponseEntity<DockerError> notServed(HttpServletRequest request) {
        return answer(404, "page not found");
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<DockerError> database(RuntimeException failure) {
        LOG.error("The database does not answer: {}", firstLine(failure));
        return answer(503, ErrorAnswer.NO_DATABASE);
    }

    /** The client is gone: there is nobody to answer. */
    @ExceptionHandler(AsyncRequestNotUsableException.class)
    void gone(AsyncRequestNotUsableException failure) {
        LOG.debug("A client went away", failure);
    }

    @ExceptionHandler(Exception.class)
    @Nullable
    ResponseEntity<DockerError> other(Exception failure, HttpServletResponse response) {
        if (failure instanceof ErrorResponse known) {
            return answer(known.getStatusCode().value(), firstLine(failure));
        }
        if (response.isCommitted()) {
            LOG.debug("A stream ended early", failure);
            return null;
        }
        if (failure instanceof IOException) {
            LOG.debug("Input or output failed", failure);
        } else {
            LOG.error("A request failed", failure);
        }
        return answer(HttpStatus.INTERNAL_SERVER_ERROR.value(), firstLine(failure));
    }

    static ResponseEntity<DockerError> answer(int status, String message) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new DockerError(message));
    }

    private static String firstLine(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
