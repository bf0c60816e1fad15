package dev.lighter.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that waits for many descriptors and runs a handler for each that is ready. Registration is safe from every thread;
 * handlers run on the loop's thread only and must not block. Lives until closed.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
public final class EventLoop implements AutoCloseable {
    /** What runs when a descriptor is ready. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Called with the ready events, {@code EPOLL*} bits. Called again while the condition lasts, or with {@link #EPOLLET} only when
         * there is news.
         */
        void ready(int events);
    }

    public static final int EPOLLIN = 1;
    public static final int EPOLLOUT = 4;
    public static final int EPOLLERR = 8;
    public static final int EPOLLHUP = 16;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLET = 1 << 31;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final Syscall EPOLL_CREATE1 = Syscall.named("epoll_create1");
    private static final Syscall EPOLL_CTL = Syscall.named("epoll_ctl");
    private static final Syscall EPOLL_PWAIT = Syscall.named("epoll_pwait");
    private static final Syscall EVENTFD2 = Syscall.named("eventfd2");
    private static final int CTL_ADD = 1;
    private static final int BATCH = 256;
    /** struct epoll_event is packed on x86-64 only. */
    private static final int EVENT_BYTES = Arch.host() == Arch.X86_64 ? 12 : 16;

    private static final int EVENT_DATA = Arch.host() == Arch.X86_64 ? 4 : 8;

    private final Fd epoll;
    private final Fd wakeup;
    private final Map<Integer, Handler> handlers = new ConcurrentHashMap<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Timer> timers = new ArrayDeque<>();
    private final Thread thread;
    private volatile boolean closed;

    private record Timer(long atNanos, Runnable task) {}

    /** Opens the loop and starts its thread. */
    public EventLoop(String name) throws ErrnoException {
        epoll = Fd.of(EPOLL_CREATE1.call(null, Fd.O_CLOEXEC, 0, 0));
        wakeup = Fd.of(EVENTFD2.call(null, 0, Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0));
        control(CTL_ADD, wakeup.number(), EPOLLIN);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Calls the handler whenever the descriptor has one of the events ({@code EPOLLIN}, …), until it is removed. */
    public void add(Fd fd, int events, Handler handler) throws ErrnoException {
        int number = fd.number();
        handlers.put(number, handler);
        try {
            control(CTL_ADD, number, events);
        } catch (ErrnoException e) {
            handlers.remove(number);
            throw e;
        }
    }

    /** Stops watching and closes the descriptor. To be called on the loop's thread, so that no handler runs afterwards. */
    public void removeAndClose(Fd fd) {
        if (!fd.isClosed()) {
            handlers.remove(fd.number());
            fd.close();
        }
    }

    /** Runs a task on the loop's thread, soon. */
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    /** Runs a task on the loop's thread after a delay; only to be called on that thread. Delays must be of one length. */
    public void later(long delayNanos, Runnable task) {
        timers.add(new Timer(System.nanoTime() + delayNanos, task));
    }

    /** Whether the caller is the loop's own thread. */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        wakeup.close();
        epoll.close();
    }

    private void wake() {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer one = scope.buffer(8);
            one.putLong(0, 1);
            wakeup.writeFully(one);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EAGAIN)) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void control(int operation, int fd, int events) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer event = scope.buffer(EVENT_BYTES);
            event.putInt(0, events);
            event.putInt(EVENT_DATA, fd);
            EPOLL_CTL.call("fd " + fd, epoll.number(), operation, fd, NativeScope.address(event), 0, 0);
        }
    }

    private void run() {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer events = scope.buffer(BATCH * EVENT_BYTES);
            long address = NativeScope.address(events);
            ByteBuffer drain = scope.buffer(8);
            while (!closed) {
                long count = EPOLL_PWAIT.raw(epoll.number(), address, BATCH, timeoutMillis(), 0, 8);
                for (int i = 0; i < count; i++) {
                    int fd = events.getInt(i * EVENT_BYTES + EVENT_DATA);
                    if (fd == wakeup.number()) {
                        drain.clear();
                        wakeup.read(drain);
                        continue;
                    }
                    Handler handler = handlers.get(fd);
                    if (handler != null) {
                        int ready = events.getInt(i * EVENT_BYTES);
                        guarded(() -> handler.ready(ready));
                    }
                }
                runDueTimers();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    guarded(task);
                }
            }
        }
    }

    private int timeoutMillis() {
        Timer next = timers.peek();
        return next == null ? -1 : (int) Math.max(0, (next.atNanos - System.nanoTime() + 999_999) / 1_000_000);
    }

    private void runDueTimers() {
        while (!timers.isEmpty() && timers.element().atNanos - System.nanoTime() <= 0) {
            guarded(timers.remove().task);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("A handler of the event loop failed", e);
        }
    }
}
