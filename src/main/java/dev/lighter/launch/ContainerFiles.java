package dev.lighter.launch;

/** The names of what a launch leaves in a container's directory. */
final class ContainerFiles {
    static final String UPPER = "upper";
    static final String WORK = "work";
    static final String STDIN = "stdin";
    static final String STDOUT = "stdout";
    static final String STDERR = "stderr";
    static final String LOG = "log";
    static final String LOGS = "logs";
    static final String LOG_OUT = "log/out";
    static final String LOG_ERR = "log/err";
    static final String LOG_INDEX = "log/index";
    static final String MONITOR_SOCKET = "monitor.sock";
    static final String EXIT = "exit";
    static final String EXIT_NEW = "exit.new";
    static final String HOSTNAME = "hostname";
    static final String HOSTS = "hosts";
    static final String RESOLV_CONF = "resolv.conf";
    static final String ANATOMY = "anatomy.json";

    private ContainerFiles() {}
}
