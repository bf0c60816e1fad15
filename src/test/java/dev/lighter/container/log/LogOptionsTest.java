package dev.lighter.container.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.launch.LogPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What log drivers may be asked, and what they make of it. */
class LogOptionsTest {
    private static final long UNATTENDED = 4L << 30;

    private static LogOptions options(String driver, String given) {
        Map<String, String> options = new HashMap<>();
        for (String option : given == null ? new String[0] : given.split(" ")) {
            options.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        return new LogOptions(driver, options);
    }

    @ParameterizedTest
    @CsvSource({
        "json-file,, 52428800, 8, true",
        "json-file, max-size=10m, 10000000, 1, false",
        "json-file, max-size=1.5k max-file=3, 1500, 3, true",
        "json-file, max-size=10m max-file=3 compress=false, 10000000, 3, false",
        "json-file, max-size=-1, 0, 1, false",
        "json-file, max-file=2, 52428800, 2, true",
        "local,, 52428800, 8, true",
        "local, max-size=10m, 10485760, 8, true",
        "local, max-size=100 max-file=2 compress=0, 100, 2, false",
        "json-file, mode=non-blocking max-buffer-size=4m, 52428800, 8, true"
    })
    void sizesAndCountsAreThoseOfTheDriver(String driver, String given, long bytes, int files, boolean compressed) {
        LogOptions options = options(driver, given);
        options.check();

        LogPolicy policy = options.policy(LogSettings.USUAL, UNATTENDED);

        assertThat(policy.segmentBytes()).isEqualTo(bytes);
        assertThat(policy.segments()).isEqualTo(files);
        assertThat(policy.compressed()).isEqualTo(compressed);
        assertThat(policy.kept()).isTrue();
    }

    @Test
    void whileNoEngineIsThereTheLogMayTakeWhatAllFilesMay() {
        assertThat(options("json-file", null).policy(LogSettings.USUAL, UNATTENDED).unattendedBytes())
                .isEqualTo(8 * 50L << 20);
        assertThat(options("json-file", "max-size=10k").policy(LogSettings.USUAL, UNATTENDED).unattendedBytes())
                .isEqualTo(16L << 20);
        assertThat(options("json-file", "max-size=-1").policy(LogSettings.USUAL, UNATTENDED).unattendedBytes())
                .isEqualTo(UNATTENDED);
    }

    @Test
    void noneKeepsNothingAndHasNoOptions() {
        options("none", null).check();

        assertThat(options("none", null).isReadable()).isFalse();
        assertThat(options("none", null).policy(LogSettings.USUAL, 0).kept()).isFalse();
        assertThatThrownBy(() -> options("none", "max-size=1m").check())
                .hasMessageContaining("invalid logging opts for driver none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "json-file | nope=1 | unknown log opt 'nope' for json-file log driver",
                "local | tag=x | unknown log opt 'tag' for log driver local",
                "syslog | a=b | no log driver named 'syslog' is registered",
                "json-file | max-size=0 | max-size must be a positive number",
                "json-file | max-size=-5 | max-size must be a positive number",
                "local | max-size=-1 | max-size must be a positive number",
                "json-file | max-size=ten | invalid size: 'ten'",
                "json-file | max-file=0 | max-file cannot be less than 1",
                "json-file | max-file=x | max-file",
                "json-file | compress=perhaps | compress",
                "json-file | max-size=1m compress=true | compress cannot be true when max-file is less than 2",
                "local | max-file=1 compress=true | compress cannot be true when max-file is less than 2",
                "json-file | mode=slow | logging mode not supported: slow",
                "json-file | max-buffer-size=1m | max-buffer-size option is only supported with 'mode=non-blocking'",
                "json-file | labels-regex=( | labels-regex",
                "json-file | tag={{.Nope}} | use .ID",
                "json-file | tag={{index .X}} | use .ID"
            })
    void whatCannotBeIsRefusedByItsName(String driver, String given, String reason) {
        int equals = given.indexOf('=');
        LogOptions options = given.contains("{{")
                ? new LogOptions(driver, Map.of(given.substring(0, equals), given.substring(equals + 1)))
                : options(driver, given);

        assertThatThrownBy(options::check)
                .isInstanceOfSatisfying(
                        EngineException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(EngineException.Kind.INVALID))
                .hasMessageContaining(reason);
    }

    @Test
    void attributesAreLabelsVariablesAndTheTagByName() {
        Map<String, String> options = Map.of(
                "labels", "com.x,absent", "env", "B", "env-regex", "^A", "tag", "{{.Name}}/{{ .ID }}", "labels-regex", "z$");
        LogAttributes.Subject subject = new LogAttributes.Subject(
                "0123456789abcdef",
                "web",
                "app:1",
                "sha256:fedcba9876543210",
                Map.of("com.x", "a b", "other", "no", "fuzz", "1"),
                List.of("A1=x=y", "B=&", "C=no", "BROKEN"));

        assertThat(LogAttributes.of(options, subject))
                .isEqualTo("A1=x%3Dy,B=%26,com.x=a+b,fuzz=1,tag=web%2F0123456789ab");
        assertThat(LogAttributes.of(Map.of(), subject)).isEmpty();
        assertThat(LogAttributes.of(Map.of("tag", "{{.ImageID}} {{.ImageName}}"), subject))
                .isEqualTo("tag=fedcba987654+app%3A1");
    }
}
