package dev.lighter.launch;

/** The descriptors that a program of ours starts with, and the fixed numbers that the monitor gives its own. */
final class Descriptors {
    static final int NULL_DEVICE = 0;
    static final int CONTROL = 3;
    static final int REPORTS = 4;
    /** The container's directory on the host. */
    static final int DIRECTORY = 5;
    /** The detached root filesystem. */
    static final int MOUNT = 6;
    /** The network namespace to join; /dev/null for a container in the host's own. */
    static final int NETWORK = 7;

    /** The first process of the container whose processes are seen; there only where one joins another. */
    static final int PID_OWNER = 8;

    /** The first process of the container whose queues and memory are shared. */
    static final int IPC_OWNER = 9;

    /** Where output comes from: a FIFO, or the engine's side of a terminal. */
    static final int STDOUT_FIFO = 20;

    static final int STDERR_FIFO = 21;
    static final int STDIN_FIFO = 22;
    static final int LISTENER = 23;
    static final int STDOUT_LOG = 24;
    static final int STDERR_LOG = 25;
    static final int LOG_INDEX = 26;

    /** The program's side of a container's terminal, held open so that the other side never ends. */
    static final int TERMINAL = 27;

    /** The first of the trees that are mounted into the container, if there are any; what is between is closed. */
    static final int MOUNTS = 28;

    private Descriptors() {}
}
