package dev.lighter.build.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * A whole Dockerfile.
 *
 * @param globals what is declared before the first stage, for the FROM of all
 * @param stages at least one, in the file's order
 */
public record Dockerfile(Directives directives, List<Instruction.Arg> globals, List<Stage> stages) {
    /** How long a Dockerfile may be, in characters. */
    private static final int LONGEST = 4 * 1024 * 1024;

    /** A stage: what it begins with, and what it does. */
    public record Stage(Instruction.From from, List<Instruction> steps) {}

    /** Reads one. Fails with {@link DockerfileException}, which names the line. */
    public static Dockerfile parse(String text) {
        if (text.length() > LONGEST) {
            throw new DockerfileException(1, "the Dockerfile is longer than " + LONGEST + " characters");
        }
        List<String> lines = LineReader.lines(text);
        Directives directives = Directives.read(lines);
        InstructionParser parser = new InstructionParser(directives.escape());
        List<Instruction.Arg> globals = new ArrayList<>();
        List<Stage> stages = new ArrayList<>();
        for (LogicalLine line : new LineReader(lines, directives.escape()).read()) {
            Instruction instruction = parser.parse(line);
            if (instruction instanceof Instruction.From from) {
                stages.add(new Stage(from, new ArrayList<>()));
            } else if (!stages.isEmpty()) {
                stages.get(stages.size() - 1).steps().add(instruction);
            } else if (instruction instanceof Instruction.Arg arg) {
                globals.add(arg);
            } else {
                throw new DockerfileException(line.line(), "no build stage in current context");
            }
        }
        if (stages.isEmpty()) {
            throw new DockerfileException(
                    0,
                    globals.isEmpty()
                            ? "the Dockerfile cannot be empty: file with no instructions"
                            : "no build stage in current context: there is no FROM");
        }
        return new Dockerfile(directives, List.copyOf(globals), List.copyOf(stages));
    }
}
