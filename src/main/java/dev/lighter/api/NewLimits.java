package dev.lighter.api;

import dev.lighter.container.ResourceChange;
import dev.lighter.container.Supervision;
import dev.lighter.error.EngineException;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** What is to change of a container's limits; what is left out or null stays as it is, zero takes the limit away. */
@Schema(name = "NewLimits")
record NewLimits(
        @Min(value = 0, message = "must not be negative")
        @Schema(description = "At least 6291456 (6 MB), or 0 for no limit", example = "268435456")
        @Nullable
        Long memoryBytes,

        @Min(value = -1, message = "must be -1 (unlimited swap) or more")
        @Schema(
                description = "Memory and swap together; -1 for unlimited swap, 0 for twice the memory. Follows the memory"
                        + " when only that is changed",
                example = "536870912")
        @Nullable
        Long memorySwapBytes,

        @Min(value = 0, message = "must not be negative")
        @Schema(description = "What it is pushed back to when the machine runs out", example = "134217728")
        @Nullable
        Long memoryReservationBytes,

        @DecimalMin(value = "0", message = "must not be negative")
        @DecimalMax(value = "100000", message = "must be at most 100000")
        @Schema(description = "Processors, in fractions too; 0 for all", example = "1.5")
        @Nullable
        Double cpus,

        @Min(value = 0, message = "must not be negative")
        @Schema(description = "Weight against others when processors are scarce; 1024 is usual", example = "512")
        @Nullable
        Long cpuShares,

        @Schema(description = "The processors it may run on; empty for all", example = "0-1") @Nullable
        String cpusetCpus,

        @Min(value = 0, message = "must not be negative")
        @Schema(description = "Processes and threads; 0 for no limit", example = "100")
        @Nullable
        Long pidsLimit,

        @Min(value = 0, message = "must not be negative")
        @Max(value = 1000, message = "must be at most 1000")
        @Schema(description = "Weight on block devices, 10 to 1000; 0 for the usual", example = "500")
        @Nullable
        Integer blockWeight,

        @Schema(
                allowableValues = {"no", "on-failure", "always", "unless-stopped"},
                example = "unless-stopped")
        @Nullable
        String restartPolicy,

        @Min(value = 0, message = "must not be negative")
        @Schema(description = "How often on-failure tries; 0 for ever", example = "5")
        @Nullable
        Integer restartRetries) {
    private static final double NANOS = 1e9;

    ResourceChange toChange(long memorySwapBefore) {
        if (restartRetries != null && restartPolicy == null) {
            throw EngineException.invalid("restartRetries needs restartPolicy: give on-failure there");
        }
        Long swap = memorySwapBytes;
        if (swap == null && memoryBytes != null && memorySwapBefore != -1) {
            swap = 2 * memoryBytes;
        } else if (swap != null && swap == 0 && memoryBytes != null) {
            swap = 2 * memoryBytes;
        }
        return new ResourceChange(
                memoryBytes,
                swap,
                memoryReservationBytes,
                cpus == null ? null : Math.round(cpus * NANOS),
                cpus == null ? null : 0L,
                cpus == null ? null : 0L,
                cpuShares,
                cpusetCpus,
                null,
                null,
                null,
                pidsLimit,
                blockWeight,
                restartPolicy == null
                        ? null
                        : Supervision.of(restartPolicy, restartRetries == null ? 0 : restartRetries));
    }
}
