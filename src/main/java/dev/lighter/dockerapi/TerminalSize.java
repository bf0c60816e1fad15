package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;

/** The size of a terminal in characters, as clients ask for it. */
record TerminalSize(int rows, int columns) {
    private static final int MOST = 65_535;

    TerminalSize {
        if (rows < 0 || columns < 0 || rows > MOST || columns > MOST) {
            throw EngineException.invalid(
                    "h and w are numbers of characters, from 0 to 65535: " + rows + ", " + columns);
        }
    }
}
