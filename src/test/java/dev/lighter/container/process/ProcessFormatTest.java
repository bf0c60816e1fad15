package dev.lighter.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessFormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | UID PID PPID C STIME TTY TIME CMD",
                "-ef | UID PID PPID C STIME TTY TIME CMD",
                "-fe | UID PID PPID C STIME TTY TIME CMD",
                "-eF | UID PID PPID C SZ RSS PSR STIME TTY TIME CMD",
                "-e | PID TTY TIME CMD",
                "ax | PID TTY STAT TIME COMMAND",
                "aux | USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND",
                "auxww | USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND",
                "-aux | USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND",
                "-o pid,ppid,user,comm,args | PID PPID USER COMMAND COMMAND",
                "-opid,cmd | PID CMD",
                "-eo pid,user=Who,%cpu,rss | PID Who %CPU RSS",
                "-o pid -o nlwp,ni,stat,etime | PID NLWP NI STAT ELAPSED",
                "axo pid,group | PID GROUP",
                "--format=pid,uid | PID UID",
                "-A --format pid,TTY | PID TTY"
            })
    void theUsualArgumentsChooseColumns(String arguments, String headings) {
        assertThat(String.join(" ", ProcessFormat.parse(arguments).headings())).isEqualTo(headings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-L", "-T", "--sort=pid", "-p 1", "auxf", "-", "-l", "-o pid --no-headers", "42"})
    void whatIsNotSupportedIsNamed(String arguments) {
        assertThatThrownBy(() -> ProcessFormat.parse(arguments))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("is not available");
    }

    @Test
    void anUnknownColumnIsNamedTogetherWithTheKnownOnes() {
        assertThatThrownBy(() -> ProcessFormat.parse("-o pid,nonsense"))
                .hasMessageContaining("no column \"nonsense\"")
                .hasMessageContaining("ppid")
                .hasMessageContaining("args");
        assertThatThrownBy(() -> ProcessFormat.parse("-o")).hasMessageContaining("missing after -o");
    }

    @Test
    void theProcessIdMustBeAmongThemUnderItsOwnHeading() {
        assertThatThrownBy(() -> ProcessFormat.parse("-o user,comm")).hasMessageContaining("Couldn't find PID field");
        assertThatThrownBy(() -> ProcessFormat.parse("-o pid=P")).hasMessageContaining("\"pid=P\" is not allowed");
    }
}
