package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.image.TransferEvent;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of a stream that tells of a pull or push, in the form that Docker's clients draw. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TransferLine(
        @JsonProperty("status") @Nullable String status,
        @JsonProperty("progressDetail") @Nullable Object progressDetail,
        @JsonProperty("progress") @Nullable String progress,
        @JsonProperty("id") @Nullable String id,
        @JsonProperty("aux") @Nullable Aux aux) {
    private static final int BAR = 50;

    /** What a registry has under a tag now. */
    record Aux(
            @JsonProperty("Tag") String tag,
            @JsonProperty("Digest") String digest,
            @JsonProperty("Size") long size) {}

    static TransferLine of(TransferEvent event) {
        TransferEvent.PushedTag pushed = event.pushed();
        if (pushed != null) {
            return new TransferLine(
                    null, Map.of(), null, null, new Aux(pushed.tag(), pushed.digest(), pushed.sizeBytes()));
        }
        if (event.counts()) {
            return new TransferLine(
                    event.status(),
                    new ProgressLine.Progress(event.currentBytes(), event.totalBytes()),
                    bar(event.currentBytes(), event.totalBytes()),
                    event.id(),
                    null);
        }
        return event.id().isEmpty()
                ? new TransferLine(event.status(), null, null, null, null)
                : new TransferLine(event.status(), Map.of(), null, event.id(), null);
    }

    /** The bar as text, for clients that do not draw one themselves. */
    private static String bar(long current, long total) {
        int done = total <= 0 ? BAR : (int) Math.min(BAR, current * BAR / total);
        String bar = "=".repeat(done) + (done < BAR ? ">" : "") + " ".repeat(Math.max(0, BAR - done - 1));
        return "[" + bar + "] " + size(current) + "/" + size(total);
    }

    private static String size(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.4g%s", value, units[unit]);
    }
}
