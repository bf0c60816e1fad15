/** Command lines and sizes as people type them, and back. Nothing here touches the page. */

/** What somebody typed cannot be understood; the message says what to do. */
export class TypingError extends Error {}

/** The words of a command line, as a shell would split it: spaces, quotes and backslashes; nothing is expanded. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let inWord = false;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote === "'") {
      if (char === "'") {
        quote = "";
      } else {
        word += char;
      }
    } else if (char === "\\") {
      const next = line.charAt(at + 1);
      if (quote === '"' && !'"\\$`'.includes(next)) {
        word += char;
      } else if (next === "") {
        throw new TypingError("The command ends with a backslash: remove it or type what it should protect.");
      } else {
        word += next;
        at++;
      }
      inWord = true;
    } else if (char === quote) {
      quote = "";
    } else if (quote === "" && (char === "'" || char === '"')) {
      quote = char;
      inWord = true;
    } else if (quote === "" && /\s/.test(char)) {
      if (inWord) {
        words.push(word);
      }
      word = "";
      inWord = false;
    } else {
      word += char;
      inWord = true;
    }
  }
  if (quote !== "") {
    throw new TypingError(`A quotation mark (${quote}) is open: close it or put a backslash before it.`);
  }
  if (inWord) {
    words.push(word);
  }
  return words;
}

/** Words as a line that a shell splits into the same words. */
export function joinWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}

/** A size such as `256m`, `1.5 GiB` or `1000000`, in bytes; powers of two, as limits are. */
export function parseMemory(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  if (!match) {
    throw new TypingError("Type a size such as 256m, 1.5g or a number of bytes.");
  }
  const power = ["", "k", "m", "g", "t"].indexOf((match[2] ?? "").toLowerCase());
  return Math.round(Number(match[1]) * 1024 ** power);
}

/** Lines of `NAME=value`; empty lines are skipped. */
export function parseEnvironment(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  for (const line of lines) {
    if (!/^[^=\s]+=/.test(line)) {
      throw new TypingError(`“${line.trim()}” is not of the form NAME=value.`);
    }
  }
  return lines;
}

/** Names with commas or spaces between them. */
export function splitNames(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}

/** Ports to publish, with commas or spaces between them, as the docker CLI takes them: `8080:80`, `80`, `127.0.0.1:53:53/udp`. */
export function parsePorts(text: string): string[] {
  const ports = splitNames(text);
  for (const port of ports) {
    if (!/^((\[[0-9a-fA-F:.]+\]|[\d.]*):)?((\d+(-\d+)?)?:)?\d+(-\d+)?(\/(tcp|udp|sctp))?$/.test(port)) {
      throw new TypingError(`“${port}” is no port: type 8080:80, 80 or 127.0.0.1:8053:53/udp.`);
    }
  }
  return ports;
}

/** Lines of `name=value` as pairs; a name alone has an empty value. */
export function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const line of text.split(/\r?\n/).filter((candidate) => candidate.trim() !== "")) {
    const [, name, value] = /^\s*([^=\s]+)\s*(?:=(.*))?$/.exec(line) ?? [];
    if (name === undefined) {
      throw new TypingError(`“${line.trim()}” is not of the form name=value.`);
    }
    labels[name] = value ?? "";
  }
  return labels;
}
