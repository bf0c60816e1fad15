package dev.lighter.http;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.BooleanSupplier;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection after the 101: runs its session on a thread of its own with blocking reads and writes on Tomcat's socket. Made by Tomcat;
 * lives until the session ends.
 */
public final class HijackedConnection implements InternalHttpUpgradeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HijackedConnection.class);
    /** No limit to how long the client may be silent. */
    static final int FOR_EVER = -1;

    private static final AtomicInteger COUNT = new AtomicInteger();

    private @Nullable SocketWrapperBase<?> socket;
    private Hijack.@Nullable Session session;
    private int idleMillis = FOR_EVER;

    void begin(Hijack.Session begun, int silenceMillis) {
        session = begun;
        idleMillis = silenceMillis;
    }

    @Override
    public void init(WebConnection connection) {
        Thread thread = new Thread(this::run, "lighter-stream-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        SocketWrapperBase<?> wrapper = socket;
        Hijack.Session running = session;
        if (wrapper == null || running == null) {
            return;
        }
        wrapper.setReadTimeout(idleMillis);
        wrapper.setWriteTimeout(-1);
        try {
            running.run(new Input(wrapper), new Output(wrapper), new Presence(wrapper));
        } catch (IOException e) {
            LOG.debug("A client went away", e);
        } catch (RuntimeException e) {
            LOG.error("A stream failed", e);
        } finally {
            wrapper.close();
        }
    }

    @Override
    public SocketState upgradeDispatch(SocketEvent status) {
        return SocketState.ASYNC_IO;
    }

    @Override
    public boolean hasAsyncIO() {
        return true;
    }

    @Override
    public void timeoutAsync(long now) {
        // Sessions have no time limit.
    }

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
        socket = wrapper;
    }

    @Override
    public void setSslSupport(SSLSupport sslSupport) {
        // Nothing here depends on TLS.
    }

    @Override
    public void pause() {
        // Sessions end with their containers or clients.
    }

    @Override
    public void destroy() {
        // The session's own end closes the socket.
    }

    /** A client that has closed its half is still there; one that hung up makes the socket ready for everything that is asked for. */
    private static final class Presence implements BooleanSupplier {
        private static final long PAUSE_NANOS = 1_000_000_000L;

        private final SocketWrapperBase<?> wrapper;
        private long latest = System.nanoTime();

        Presence(SocketWrapperBase<?> wrapper) {
            this.wrapper = wrapper;
        }

        @Override
        public boolean getAsBoolean() {
            boolean soon = System.nanoTime() - latest < PAUSE_NANOS;
            if (soon || !(wrapper.getSocket() instanceof NioChannel socket)) {
                return true;
            }
            latest = System.nanoTime();
            try (Selector selector = Selector.open()) {
                SelectionKey ignored = socket.getIOChannel().register(selector, SelectionKey.OP_CONNECT);
                return selector.selectNow() == 0;
            } catch (IOException e) {
                LOG.debug("A client went away", e);
                return false;
            }
        }
    }

    /** The client's half. Its end arrives as an exception, which is an end and no failure. */
    private static final class Input extends InputStream {
        private final SocketWrapperBase<?> wrapper;

        Input(SocketWrapperBase<?> wrapper) {
            this.wrapper = wrapper;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws SocketTimeoutException {
            try {
                return wrapper.read(true, bytes, offset, length);
            } catch (SocketTimeoutException silence) {
                throw silence;
            } catch (IOException end) {
                LOG.trace("The client's half is closed", end);
                return -1;
            }
        }
    }

    private static final class Output extends OutputStream {
        private final SocketWrapperBase<?> wrapper;

        Output(SocketWrapperBase<?> wrapper) {
            this.wrapper = wrapper;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            wrapper.write(true, bytes, offset, length);
            wrapper.flush(true);
        }
    }
}
