/** The panes of a container's page that begin their work when they are looked at for the first time. */
import type { Container } from "./api";
import { FilesPane } from "./files-pane";
import type { Pane } from "./pane";
import { TerminalPane } from "./terminal-pane";

const KINDS: Record<string, (id: string) => Pane> = {
  terminal: (id) => new TerminalPane(id),
  files: (id) => new FilesPane(id),
};

/** All of them; at most one is looked at. */
export class Panes {
  readonly #id: string;
  readonly #made = new Map<string, Pane>();
  #shown: Pane | null = null;
  #container: Container | null = null;

  constructor(id: string) {
    this.#id = id;
  }

  /** The pane with this name is looked at now; one that is not among these is no less. */
  show(name: string): void {
    this.#shown?.hidden();
    this.#shown = this.#pane(name);
    this.#shown?.shown();
  }

  #pane(name: string): Pane | null {
    const known = this.#made.get(name);
    const made = known ?? KINDS[name]?.(this.#id) ?? null;
    if (made && !known) {
      this.#made.set(name, made);
      if (this.#container) {
        made.changed(this.#container);
      }
    }
    return made;
  }

  /** The container is so now. */
  changed(container: Container): void {
    this.#container = container;
    for (const pane of this.#made.values()) {
      pane.changed(container);
    }
  }
}
