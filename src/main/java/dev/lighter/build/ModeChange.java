package dev.lighter.build;

import dev.lighter.build.dockerfile.DockerfileException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code --chmod} makes of permissions: a number, or changes such as {@code u+x,go-w} as chmod(1) has them. Immutable. */
final class ModeChange {
    private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=][rwxXst]*)+)");
    private static final Pattern ACTION = Pattern.compile("([-+=])([rwxXst]*)");
    private static final int EXECUTE = 0111;

    private final int fixed;
    private final List<Action> actions;

    private record Action(int who, char kind, String what, boolean setUser, boolean setGroup) {}

    private ModeChange(int fixed, List<Action> actions) {
        this.fixed = fixed;
        this.actions = actions;
    }

    /** Reads it; empty for no change. */
    static ModeChange parse(int line, String text) {
        if (text.isEmpty()) {
            return new ModeChange(-1, List.of());
        }
        if (text.matches("[0-7]{1,4}|0[0-7]{4}")) {
            return new ModeChange(Integer.parseInt(text, 8), List.of());
        }
        List<Action> actions = new ArrayList<>();
        for (String clause : text.split(",", -1)) {
            Matcher matcher = CLAUSE.matcher(clause);
            if (!matcher.matches()) {
                throw new DockerfileException(
                        line,
                        "invalid chmod parameter: '" + text + "'. it should be octal string and between 0 and 07777");
            }
            String who = matcher.group(1);
            boolean all = who.isEmpty() || who.indexOf('a') >= 0;
            int mask = all ? 0777 : 0;
            mask |= who.indexOf('u') >= 0 ? 0700 : 0;
            mask |= who.indexOf('g') >= 0 ? 0070 : 0;
            mask |= who.indexOf('o') >= 0 ? 0007 : 0;
            Matcher action = ACTION.matcher(matcher.group(2));
            while (action.find()) {
                actions.add(new Action(
                        mask,
                        action.group(1).charAt(0),
                        action.group(2),
                        all || who.indexOf('u') >= 0,
                        all || who.indexOf('g') >= 0));
            }
        }
        return new ModeChange(-1, List.copyOf(actions));
    }

    /** The permissions after the change. */
    int of(int permissions, boolean directory) {
        if (fixed >= 0) {
            return fixed;
        }
        int mode = permissions;
        for (Action action : actions) {
            int bits = bits(action, mode, directory);
            mode = switch (action.kind()) {
                case '+' -> mode | bits;
                case '-' -> mode & ~bits;
                default -> mode & ~action.who() | bits;
            };
        }
        return mode;
    }

    private static int bits(Action action, int mode, boolean directory) {
        int bits = 0;
        for (int i = 0; i < action.what().length(); i++) {
            bits |= switch (action.what().charAt(i)) {
                case 'r' -> 0444 & action.who();
                case 'w' -> 0222 & action.who();
                case 'x' -> EXECUTE & action.who();
                case 'X' -> directory || (mode & EXECUTE) != 0 ? EXECUTE & action.who() : 0;
                case 's' -> (action.setUser() ? 04000 : 0) | (action.setGroup() ? 02000 : 0);
                default -> 01000;
            };
        }
        return bits;
    }
}
