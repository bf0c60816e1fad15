/** Paths and modes of files in words. Nothing here touches the page. */
import type { FileEntry, FileKind } from "./api";

/** A path without needless parts: absolute, and no `.` and `..` in it. */
export function tidy(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      parts.pop();
    } else if (part !== "" && part !== ".") {
      parts.push(part);
    }
  }
  return `/${parts.join("/")}`;
}

/** The path of something in a directory. */
export function within(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** The directories on the way to a path, the root first, each with the name that it is shown by. */
export function crumbs(path: string): { name: string; path: string }[] {
  const parts = tidy(path)
    .split("/")
    .filter((part) => part !== "");
  return [
    { name: "/", path: "/" },
    ...parts.map((name, at) => ({ name, path: `/${parts.slice(0, at + 1).join("/")}` })),
  ];
}

/** What opening a file does: goes into a directory, also by a link, or downloads a file. */
export function opensAs({ kind, targetKind }: FileEntry): "directory" | "file" | null {
  const end = kind === "link" ? targetKind : kind;
  return end === "directory" || end === "file" ? end : null;
}

/** Directories first, then by name as people sort. */
export function sorted(entries: readonly FileEntry[]): FileEntry[] {
  const order = (entry: FileEntry): number => (opensAs(entry) === "directory" ? 0 : 1);
  return [...entries].sort(
    (one, other) =>
      order(one) - order(other) || one.name.localeCompare(other.name, undefined, { numeric: true }),
  );
}

/** Permissions as `ls -l` shows them: `drwxr-xr-x`. */
export function permissions(kind: FileKind, mode: string): string {
  const bits = parseInt(mode, 8);
  const letters = ["r", "w", "x", "r", "w", "x", "r", "w", "x"].map((letter, at) =>
    (bits & (0o400 >> at)) === 0 ? "-" : letter,
  );
  const special = (at: number, bit: number, letter: string): void => {
    if ((bits & bit) !== 0) {
      letters[at] = letters[at] === "x" ? letter : letter.toUpperCase();
    }
  };
  special(2, 0o4000, "s");
  special(5, 0o2000, "s");
  special(8, 0o1000, "t");
  const types: Record<FileKind, string> = {
    file: "-",
    directory: "d",
    link: "l",
    device: "c",
    pipe: "p",
    socket: "s",
  };
  return types[kind] + letters.join("");
}

/** The icon of a file. */
export function iconOf(entry: FileEntry): string {
  if (opensAs(entry) === "directory") {
    return "folder";
  }
  return entry.kind === "link" ? "link" : entry.kind === "file" ? "sheet" : "device";
}
