package dev.lighter.image.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Carries single requests out, without following where answers lead; failures become sentences. Safe for all threads. */
final class HttpExchange {
    private static final long LOOK_MILLIS = 250;

    private final RegistrySettings settings;
    private final HttpClients clients;

    HttpExchange(RegistrySettings settings, HttpClients clients) {
        this.settings = settings;
        this.clients = clients;
    }

    /** Sends a request and gives the answer as soon as its headers are there. An empty authorization is none. */
    Answer send(Call call, String authorization) throws IOException {
        return send(call, authorization, settings.answerTimeout());
    }

    /** The same, with the patience that the caller has. */
    Answer send(Call call, String authorization, Duration patience) throws IOException {
        AtomicLong activity = new AtomicLong(System.nanoTime());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(call.uri()).method(call.method(), publisher(call, activity));
        call.headers().forEach(request::header);
        request.header("User-Agent", "lighter");
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        // Taken from the handler: the client's own answer fails together with the body, whose first bytes may be there.
        CompletableFuture<Head> head = new CompletableFuture<>();
        CompletableFuture<HttpResponse<BodyStream>> whole = clients.of(RegistryHost.of(call.uri()))
                .sendAsync(request.build(), info -> {
                    BodyStream body = new BodyStream(settings.idleTimeout());
                    head.complete(new Head(info, body));
                    return body;
                });
        whole.whenComplete((response, failure) -> {
            if (failure != null) {
                head.completeExceptionally(failure);
            }
        });
        boolean arrived = false;
        try {
            Head answer = await(head, call, activity, patience);
            arrived = true;
            return new Answer(call, answer.info, answer.body, settings.answerTimeout());
        } finally {
            if (!arrived) {
                whole.cancel(true);
            }
        }
    }

    private record Head(ResponseInfo info, BodyStream body) {}

    private Head await(CompletableFuture<Head> head, Call call, AtomicLong activity, Duration patience)
            throws IOException {
        while (true) {
            try {
                return head.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() - activity.get() > patience.toNanos()) {
                    throw RegistryException.of(
                            RegistryException.Reason.PASSING,
                            Answer.what(call.method(), call.uri()) + ": no answer within " + patience.toMillis()
                                    + " ms",
                            e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the transfer was interrupted");
            } catch (ExecutionException e) {
                throw reason(call, e.getCause() == null ? e : e.getCause());
            }
        }
    }

    private static BodyPublisher publisher(Call call, AtomicLong activity) {
        Content content = call.content();
        if (content == null) {
            return BodyPublishers.noBody();
        }
        if (content.length() == 0) {
            return BodyPublishers.ofByteArray(new byte[0]);
        }
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return new Watched(content.open(), activity);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                content.length());
    }

    private static final class Watched extends FilterInputStream {
        private final AtomicLong activity;

        Watched(InputStream in, AtomicLong activity) {
            super(in);
            this.activity = activity;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            activity.set(System.nanoTime());
            return super.read(buffer, offset, length);
        }
    }

    private IOException reason(Call call, Throwable failure) {
        String what = Answer.what(call.method(), call.uri());
        String server = call.uri().getHost() + ":" + RegistryHost.port(call.uri());
        CertificateException certificate = cause(failure, CertificateException.class);
        if (certificate != null || cause(failure, CertPathBuilderException.class) != null) {
            return RegistryException.of(
                    RegistryException.Reason.UNTRUSTED,
                    what + ": tls: failed to verify certificate: x509: " + words(call.uri(), failure),
                    failure);
        }
        if (cause(failure, UnresolvedAddressException.class) != null
                || cause(failure, UnknownHostException.class) != null) {
            return RegistryException.of(
                    RegistryException.Reason.UNREACHABLE,
                    what + ": dial tcp: lookup " + call.uri().getHost() + ": no such host",
                    failure);
        }
        if (cause(failure, ConnectException.class) != null) {
            return RegistryException.of(
                    RegistryException.Reason.UNREACHABLE,
                    what + ": dial tcp " + server + ": connect: connection refused",
                    failure);
        }
        if (failure instanceof RegistryException known) {
            return known;
        }
        if (failure instanceof IllegalArgumentException || failure instanceof ProtocolException) {
            return RegistryException.of(
                    RegistryException.Reason.BROKEN,
                    what + ": the answer makes no sense: " + failure.getMessage(),
                    failure);
        }
        boolean tls = cause(failure, SSLException.class) != null;
        return RegistryException.of(
                RegistryException.Reason.PASSING, what + ": " + (tls ? "tls: " : "") + failure.getMessage(), failure);
    }

    private String words(URI uri, Throwable failure) {
        if (cause(failure, CertificateExpiredException.class) != null
                || cause(failure, CertificateNotYetValidException.class) != null) {
            return "certificate has expired or is not yet valid";
        }
        if (String.valueOf(failure.getMessage()).contains("No subject alternative")
                || String.valueOf(failure.getMessage()).contains("No name matching")) {
            return "certificate is not valid for " + uri.getHost();
        }
        return "certificate signed by unknown authority; put the authority's certificate into "
                + settings.certificates().resolve(RegistryHost.of(uri)).resolve("ca.crt");
    }

    static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (type.isInstance(one)) {
                return type.cast(one);
            }
        }
        return null;
    }
}
