/** Terminal colours in log lines: turns escape sequences into styled pieces, and drops those that move a cursor. */

/** A piece of a line and the names of its styles, such as `bold` or `fg-red`. */
export interface Piece {
  text: string;
  styles: readonly string[];
}

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
// CSI sequences (ECMA-48, 5.4), OSC sequences up to BEL or ST, and two-character escapes.
// eslint-disable-next-line no-control-regex
const ESCAPE = /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_=>])/g;

/** The pieces of a line; styles last to the end of the line only. */
export function pieces(line: string): Piece[] {
  if (!line.includes("\u001b")) {
    return [{ text: afterReturns(line), styles: [] }];
  }
  const result: Piece[] = [];
  let styles: string[] = [];
  let from = 0;
  const add = (text: string): void => {
    if (text !== "") {
      result.push({ text, styles });
    }
  };
  for (const match of line.matchAll(ESCAPE)) {
    add(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") {
      styles = restyled(styles, match[1] ?? "");
    }
  }
  add(line.slice(from));
  return result;
}

/** What remains visible of a line that a program wrote over with carriage returns, such as a progress bar. */
function afterReturns(line: string): string {
  const end = line.endsWith("\r") ? line.slice(0, -1) : line;
  return end.slice(end.lastIndexOf("\r") + 1);
}

function restyled(styles: string[], parameters: string): string[] {
  let next = styles;
  const codes = parameters === "" ? [0] : parameters.split(";").map(Number);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) {
      next = [];
    } else if (code === 1) {
      next = [...next.filter((style) => style !== "bold"), "bold"];
    } else if (code === 22) {
      next = next.filter((style) => style !== "bold");
    } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
      next = [...next.filter((style) => !style.startsWith("fg-")), `fg-${COLOURS[code % 10] ?? ""}`];
    } else if (code === 39) {
      next = next.filter((style) => !style.startsWith("fg-"));
    } else if (code === 38 || code === 48) {
      at += codes[at + 1] === 5 ? 2 : 4;
    }
  }
  return next;
}
