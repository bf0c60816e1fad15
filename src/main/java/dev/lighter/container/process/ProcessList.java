package dev.lighter.container.process;

import java.util.List;

/** Processes as ps(1) prints them: headings, and for each process as many texts. */
public record ProcessList(List<String> headings, List<List<String>> processes) {}
