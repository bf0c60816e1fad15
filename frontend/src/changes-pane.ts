/** What a container has changed in its image's files. */
import { containers } from "./api";
import { element, one } from "./dom";
import { counted } from "./format";
import { attempt } from "./notices";
import type { Pane } from "./pane";

const MOST = 2000;

/** The pane at work: read anew when it is looked at, and by its button. */
export class ChangesPane implements Pane {
  readonly #id: string;

  constructor(id: string) {
    this.#id = id;
    one("#read-changes").addEventListener("click", () => void this.#load());
  }

  changed(): void {
    // Files do not tell when they change.
  }

  shown(): void {
    void this.#load();
  }

  hidden(): void {
    // Nothing goes on.
  }

  async #load(): Promise<void> {
    await attempt(async () => {
      const { changes, truncated } = await containers.changes(this.#id, MOST);
      one("#changes").replaceChildren(
        ...changes.map(({ path, kind }) =>
          element(
            "li",
            { "data-kind": kind },
            element("span", { class: "change-kind" }, kind),
            element("code", {}, path),
          ),
        ),
      );
      const note = one("#changes-note");
      note.textContent =
        changes.length === 0
          ? "The files are as the image has them."
          : `${truncated ? "The first " : ""}${counted(changes.length, "change")}`;
    });
  }
}
