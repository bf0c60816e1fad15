/** The files of a container: looked through, downloaded, uploaded and removed, whether it runs or not. */
import type { FileEntry } from "./api";
import { files } from "./api";
import { confirmed } from "./confirm";
import { element, one, reconcile, setAttribute, setText, stamp } from "./dom";
import { crumbs, iconOf, opensAs, permissions, sorted, tidy, within } from "./file-words";
import { agoOrDay, bytes, counted } from "./format";
import { announce, attempt, notice } from "./notices";
import type { Pane } from "./pane";
import { takeDropped, upload } from "./upload";

/** The pane at work. Its directory is in the page's address. */
export class FilesPane implements Pane {
  readonly #id: string;
  readonly #rows = one("#files");
  #directory = "/";
  #entries: FileEntry[] = [];
  #visible = false;

  constructor(id: string) {
    this.#id = id;
    one("#pane-files").addEventListener("click", (event) => {
      this.#clicked(event);
    });
    const input = one<HTMLInputElement>("#upload");
    input.addEventListener("change", () => {
      void this.#take([...(input.files ?? [])]);
      input.value = "";
    });
    takeDropped(
      one("#drop"),
      () => this.#visible,
      (dropped) => {
        void this.#take([...dropped]);
      },
    );
    window.addEventListener("popstate", () => {
      if (this.#visible) {
        void this.#load(addressed());
      }
    });
  }

  changed(): void {
    // Files do not tell when they change: the pane is read anew when it is looked at.
  }

  shown(): void {
    this.#visible = true;
    void this.#load(addressed());
  }

  hidden(): void {
    this.#visible = false;
  }

  #clicked(event: MouseEvent): void {
    const { target } = event;
    if (!(target instanceof Element)) {
      return;
    }
    const link = target.closest<HTMLAnchorElement>("a[data-directory]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const directory = link.dataset.directory ?? "/";
      history.pushState(null, "", address(directory));
      void this.#load(directory);
      return;
    }
    const name = target.closest("[data-action=remove-file]")?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const entry = this.#entries.find((candidate) => candidate.name === name);
    if (entry) {
      void this.#remove(entry);
    }
  }

  async #load(directory: string): Promise<void> {
    await attempt(async () => {
      const listing = await files.list(this.#id, directory);
      const moved = this.#directory !== listing.path;
      this.#directory = listing.path;
      this.#entries = sorted(listing.entries);
      this.#show(listing.complete);
      if (moved) {
        announce(`${listing.path}: ${counted(listing.entries.length, "file")}`);
      }
    });
  }

  #show(complete: boolean): void {
    const way = crumbs(this.#directory);
    one("#file-path").replaceChildren(
      ...way.map(({ name, path }, at) => {
        const last = at === way.length - 1;
        const link = element("a", { href: address(path), "data-directory": path }, name);
        if (last) {
          link.setAttribute("aria-current", "page");
        }
        return element("li", {}, link);
      }),
    );
    setAttribute(one("#download-directory"), "href", files.content(this.#id, this.#directory));
    reconcile(
      this.#rows,
      this.#entries,
      ({ name }) => name,
      () => stamp("file-row"),
      (row, entry) => {
        this.#fill(row, entry);
      },
    );
    one("#no-files").hidden = this.#entries.length > 0;
    one("#file-table").hidden = this.#entries.length === 0;
    const more = one("#more-files");
    more.hidden = complete;
    more.textContent = `The first ${counted(this.#entries.length, "file")} of this directory; there are more.`;
  }

  #fill(row: HTMLElement, entry: FileEntry): void {
    const path = within(this.#directory, entry.name);
    const link = one("[data-row-link]", row);
    const opens = opensAs(entry);
    setAttribute(one("use", row), "href", `/assets/icons.svg#${iconOf(entry)}`);
    setText(row, "name", entry.name);
    setText(row, "target", entry.linkTarget === null ? "" : `→ ${entry.linkTarget}`);
    setAttribute(link, "data-directory", opens === "directory" ? path : null);
    setAttribute(
      link,
      "href",
      opens === "directory" ? address(path) : opens === "file" ? files.content(this.#id, path) : null,
    );
    setAttribute(link, "download", opens === "file" ? "" : null);
    setText(row, "size", entry.kind === "file" ? bytes(entry.sizeBytes) : "");
    setText(row, "mode", permissions(entry.kind, entry.mode));
    setText(row, "owner", `${entry.owner}:${entry.group}`);
    setText(row, "changed", agoOrDay(new Date(entry.changedAt), new Date()));
    setAttribute(one("[data-part=changed]", row), "title", new Date(entry.changedAt).toLocaleString());
    const download = one("[data-action=download]", row);
    setAttribute(download, "href", opens === null ? null : files.content(this.#id, path));
    setAttribute(download, "hidden", opens === null ? "" : null);
    setAttribute(download, "aria-label", `Download ${entry.name}`);
    setAttribute(one("[data-action=remove-file]", row), "aria-label", `Remove ${entry.name}`);
  }

  async #remove(entry: FileEntry): Promise<void> {
    const path = within(this.#directory, entry.name);
    const agreed = await confirmed(
      `Remove ${entry.name}?`,
      entry.kind === "directory"
        ? "All that is in it is removed, too, and cannot be brought back."
        : entry.kind === "link"
          ? "The link is removed, and not what it leads to."
          : "It cannot be brought back.",
      "Remove",
    );
    if (
      agreed &&
      (await attempt(async () => {
        await files.remove(this.#id, path);
        notice(`${entry.name} is removed.`);
      }))
    ) {
      await this.#load(this.#directory);
    }
  }

  /** Asks for one after the other, and sends those agreed to at the same time. */
  async #take(chosen: readonly File[]): Promise<void> {
    const directory = this.#directory;
    const names = new Set(this.#entries.map(({ name }) => name));
    for (const file of chosen) {
      const agreed =
        !names.has(file.name) ||
        (await confirmed(`Replace ${file.name}?`, `${directory} has a file of this name.`, "Replace"));
      if (agreed) {
        void this.#upload(directory, file);
      }
    }
  }

  async #upload(directory: string, file: File): Promise<void> {
    const answer = await upload({
      method: "PUT",
      path: files.content(this.#id, within(directory, file.name)),
      type: "application/octet-stream",
      file,
      finishing: "Writing…",
    });
    if (answer !== null) {
      notice(`${file.name} is uploaded.`);
      if (directory === this.#directory) {
        await this.#load(directory);
      }
    }
  }
}

/** The directory in the page's address. */
function addressed(): string {
  return tidy(new URLSearchParams(location.search).get("path") ?? "/");
}

function address(directory: string): string {
  return directory === "/" ? location.pathname : `${location.pathname}?path=${encodeURIComponent(directory)}`;
}
