package dev.lighter.api;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** The size that a terminal is to have, in characters. */
@Schema(name = "TerminalSize")
record NewTerminalSize(
        @Min(value = 1, message = "must be at least 1")
        @Max(value = 65_535, message = "must be at most 65535")
        @Schema(example = "24")
        int rows,

        @Min(value = 1, message = "must be at least 1")
        @Max(value = 65_535, message = "must be at most 65535")
        @Schema(example = "80")
        int columns) {}
