package dev.lighter.container.process;

import dev.lighter.error.EngineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Which columns a request for processes wants: the arguments of ps(1) as far as they say that. Which processes are told is no question
 * here, since it is always all of one container's.
 */
record ProcessFormat(List<Column> columns) {
    /** A column under its own heading or another. */
    record Column(ProcessColumn column, String heading) {
        static Column of(ProcessColumn column) {
            return new Column(column, column.heading());
        }
    }

    private static final List<ProcessColumn> SHORT =
            List.of(ProcessColumn.PID, ProcessColumn.TTY, ProcessColumn.TIME, ProcessColumn.UCMD);
    private static final List<ProcessColumn> FULL = List.of(
            ProcessColumn.USER_OF_FULL,
            ProcessColumn.PID,
            ProcessColumn.PPID,
            ProcessColumn.C,
            ProcessColumn.STIME,
            ProcessColumn.TTY,
            ProcessColumn.TIME,
            ProcessColumn.CMD);
    private static final List<ProcessColumn> EXTRA_FULL = List.of(
            ProcessColumn.USER_OF_FULL,
            ProcessColumn.PID,
            ProcessColumn.PPID,
            ProcessColumn.C,
            ProcessColumn.SZ,
            ProcessColumn.RSS,
            ProcessColumn.PSR,
            ProcessColumn.STIME,
            ProcessColumn.TTY,
            ProcessColumn.TIME,
            ProcessColumn.CMD);
    private static final List<ProcessColumn> BSD = List.of(
            ProcessColumn.PID, ProcessColumn.TTY, ProcessColumn.STAT, ProcessColumn.BSD_TIME, ProcessColumn.ARGS);
    private static final List<ProcessColumn> BSD_USER = List.of(
            ProcessColumn.USER,
            ProcessColumn.PID,
            ProcessColumn.PCPU,
            ProcessColumn.PMEM,
            ProcessColumn.VSZ,
            ProcessColumn.RSS,
            ProcessColumn.TTY,
            ProcessColumn.STAT,
            ProcessColumn.BSD_START,
            ProcessColumn.BSD_TIME,
            ProcessColumn.ARGS);

    /** The columns that arguments such as {@code -ef}, {@code aux} or {@code -o pid,comm} ask for; nothing asks for {@code -ef}. */
    static ProcessFormat parse(String arguments) {
        String text = arguments.strip();
        Parser parser = new Parser(text.isEmpty() ? List.of("-ef") : List.of(text.split("\\s+")));
        ProcessFormat format = parser.parse();
        if (format.columns.stream().noneMatch(column -> column.column() == ProcessColumn.PID)) {
            throw EngineException.invalid("Couldn't find PID field in ps output: ask for the column pid, too");
        }
        return format;
    }

    List<String> headings() {
        return columns.stream().map(Column::heading).toList();
    }

    /** Reads the words one after another; each may change what is told. */
    private static final class Parser {
        private final List<String> words;
        private final List<Column> chosen = new ArrayList<>();
        private List<ProcessColumn> usual = SHORT;
        private int next;

        Parser(List<String> words) {
            this.words = words;
        }

        ProcessFormat parse() {
            while (next < words.size()) {
                String word = words.get(next++);
                if (word.startsWith("--")) {
                    longOption(word);
                } else if (word.matches("-[a-z]*aux[w]*") || !word.startsWith("-")) {
                    bsdOptions(word.startsWith("-") ? word.substring(1) : word);
                } else {
                    unixOptions(word.substring(1));
                }
            }
            return new ProcessFormat(
                    chosen.isEmpty() ? usual.stream().map(Column::of).toList() : List.copyOf(chosen));
        }

        private void longOption(String word) {
            if (word.startsWith("--format=")) {
                choose(word.substring("--format=".length()));
            } else if (word.equals("--format")) {
                choose("");
            } else {
                throw unknown(word);
            }
        }

        private void unixOptions(String letters) {
            for (int i = 0; i < letters.length(); i++) {
                switch (letters.charAt(i)) {
                    case 'e', 'A', 'a', 'd', 'N', 'w' -> {}
                    case 'f' -> usual = FULL;
                    case 'F' -> usual = EXTRA_FULL;
                    case 'o' -> {
                        choose(letters.substring(i + 1));
                        return;
                    }
                    default -> throw unknown("-" + letters.charAt(i));
                }
            }
            if (letters.isEmpty()) {
                throw unknown("-");
            }
        }

        private void bsdOptions(String letters) {
            for (int i = 0; i < letters.length(); i++) {
                switch (letters.charAt(i)) {
                    case 'a', 'x', 'g' -> usual = usual == SHORT ? BSD : usual;
                    case 'u' -> usual = BSD_USER;
                    case 'w' -> {}
                    case 'o' -> {
                        choose(letters.substring(i + 1));
                        return;
                    }
                    default -> throw unknown(letters.substring(i, i + 1));
                }
            }
        }

        private void choose(String attached) {
            String list = attached;
            if (list.isEmpty()) {
                if (next == words.size()) {
                    throw EngineException.invalid("ps_args: the columns are missing after -o: name them, such as"
                            + " -o pid,user,args");
                }
                list = words.get(next++);
            }
            for (String wanted : list.split(",")) {
                int equals = wanted.indexOf('=');
                String name = (equals < 0 ? wanted : wanted.substring(0, equals)).toLowerCase(Locale.ROOT);
                ProcessColumn column = ProcessColumn.named(name).orElseThrow(() -> unknownColumn(name));
                if (equals >= 0 && column == ProcessColumn.PID) {
                    throw EngineException.invalid("specifying \"" + wanted + "\" is not allowed");
                }
                chosen.add(new Column(column, equals < 0 ? column.heading() : wanted.substring(equals + 1)));
            }
        }

        private static EngineException unknownColumn(String name) {
            return EngineException.invalid("ps_args: there is no column \"" + name + "\" here: use some of "
                    + Arrays.stream(ProcessColumn.values())
                            .flatMap(column -> column.words().stream().limit(1))
                            .collect(Collectors.joining(", ")));
        }

        private static EngineException unknown(String option) {
            return EngineException.invalid("ps_args: " + option
                    + " is not available: all processes are told always; choose what of them by -ef, aux or -o with"
                    + " columns");
        }
    }
}
