package dev.lighter.build.dockerfile;

import java.util.List;

/**
 * One instruction's text, its continuations joined and comments taken out.
 *
 * @param line where it begins, counted from one
 * @param heredocs the files that follow it
 */
record LogicalLine(int line, String text, List<Heredoc> heredocs) {}
