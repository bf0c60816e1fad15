/** Archives of files that a page has chosen, as the engine takes a context: POSIX tar, with long names in extended headers. */

/** A file with its place in the archive. */
export interface Entry {
  path: string;
  content: Blob;
  executable?: boolean;
}

const BLOCK = 512;

/** Packs files; the blobs are not read but only joined, so that large folders take no memory. */
export function tar(entries: readonly Entry[]): Blob {
  const parts: BlobPart[] = [];
  for (const { path, content, executable } of entries) {
    const name = new TextEncoder().encode(path);
    if (name.length > 100) {
      const record = paxRecord("path", path);
      parts.push(
        header(new TextEncoder().encode("@pax"), record.length, "x", 0o644),
        record,
        padding(record.length),
      );
    }
    parts.push(header(name.slice(0, 100), content.size, "0", executable === true ? 0o755 : 0o644));
    parts.push(content, padding(content.size));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Blob(parts, { type: "application/x-tar" });
}

function padding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** A record counts its own length, digits included. */
function paxRecord(key: string, value: string): Uint8Array<ArrayBuffer> {
  const rest = ` ${key}=${value}\n`;
  const bytes = new TextEncoder().encode(rest).length;
  let length = bytes + 1;
  while (String(length).length + bytes !== length) {
    length = String(length).length + bytes;
  }
  return new TextEncoder().encode(`${length}${rest}`);
}

function header(name: Uint8Array, size: number, type: string, mode: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const text = (at: number, value: string): void => {
    block.set(new TextEncoder().encode(value), at);
  };
  const octal = (at: number, digits: number, value: number): void => {
    text(at, value.toString(8).padStart(digits, "0"));
  };
  block.set(name, 0);
  octal(100, 7, mode);
  octal(108, 7, 0);
  octal(116, 7, 0);
  octal(124, 11, size);
  octal(136, 11, 0);
  text(148, " ".repeat(8));
  text(156, type);
  text(257, "ustar\0" + "00");
  octal(
    148,
    6,
    block.reduce((sum, byte) => sum + byte, 0),
  );
  block[154] = 0;
  return block;
}
