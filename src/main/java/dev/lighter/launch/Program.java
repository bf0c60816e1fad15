package dev.lighter.launch;

import java.util.List;

/**
 * A linked program: the bytes that the stub reads, and the operations they were made from, by index.
 *
 * @param image operations first, then data, linked at {@link ProgramBuilder#BASE}
 */
record Program(byte[] image, List<Step> steps) {}
