package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.error.EngineException;
import dev.lighter.image.Healthcheck;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a container is probed, in requests and in answers. Times are nanoseconds; what is left out is the image's. */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
final class HealthcheckBody extends StrictBody {
    @JsonProperty("Test")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> test;

    @JsonProperty("Interval")
    long interval;

    @JsonProperty("Timeout")
    long timeout;

    @JsonProperty("StartPeriod")
    long startPeriod;

    @JsonProperty("StartInterval")
    long startInterval;

    @JsonProperty("Retries")
    int retries;

    static @Nullable HealthcheckBody of(@Nullable Healthcheck check) {
        if (check == null) {
            return null;
        }
        HealthcheckBody body = new HealthcheckBody();
        body.test = check.test();
        body.interval = check.intervalNanos();
        body.timeout = check.timeoutNanos();
        body.startPeriod = check.startPeriodNanos();
        body.startInterval = check.startIntervalNanos();
        body.retries = check.retries();
        return body;
    }

    Healthcheck healthcheck() {
        refuseOther("Healthcheck.");
        if (test != null && !test.isEmpty() && test.get(0).isEmpty()) {
            throw EngineException.invalid("Healthcheck.Test: begin with CMD, CMD-SHELL or NONE");
        }
        return new Healthcheck(orEmpty(test), interval, timeout, retries, startPeriod, startInterval);
    }
}
