/** Puts the pieces of a log together to lines, each stream for itself, as the records of a log may end within a line. */

/** The streams of a log. */
export type Stream = "stdout" | "stderr";

/** One line, complete or the beginning of one that goes on. */
export interface Line {
  stream: Stream;
  text: string;
  time: string;
}

/** Collects text and gives whole lines; a line that is never ended is cut into pieces of a bounded length. */
export class LineAssembler {
  static readonly LONGEST = 16 * 1024;

  readonly #begun = new Map<Stream, Line>();

  /** The lines that this text completes. */
  add(stream: Stream, text: string, time: string): Line[] {
    const lines: Line[] = [];
    let rest = text;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      const begun = this.#begun.get(stream);
      this.#begun.delete(stream);
      lines.push({ stream, text: (begun?.text ?? "") + rest.slice(0, end), time: begun?.time ?? time });
      rest = rest.slice(end + 1);
    }
    if (rest !== "") {
      const begun = this.#begun.get(stream);
      const line = { stream, text: (begun?.text ?? "") + rest, time: begun?.time ?? time };
      if (line.text.length > LineAssembler.LONGEST) {
        this.#begun.delete(stream);
        lines.push(line);
      } else {
        this.#begun.set(stream, line);
      }
    }
    return lines;
  }

  /** What is left without an end of line, when nothing more comes. */
  finish(): Line[] {
    const left = [...this.#begun.values()];
    this.#begun.clear();
    return left;
  }
}
