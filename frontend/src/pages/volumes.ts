/** All volumes: how large they are, who has them, and what to do with them. */
import type { PrunedVolumes, Volume } from "../api";
import { volumes } from "../api";
import { element, one, reconcile, setAttribute, setText, stamp } from "../dom";
import { ago, bytes, counted, shownName } from "../format";
import { Problem } from "../http";
import { live } from "../live";
import { announce, attempt, notice } from "../notices";
import { actOn, keptIn } from "../volume-actions";

/** The list at work. */
export function volumesPage(): void {
  const body = one("#volumes");
  const sizes = new Map<string, number>();
  let known: Volume[] = [];
  let measuring = false;

  const show = (): void => {
    reconcile(
      body,
      known,
      ({ id }) => id,
      () => stamp("volume-row"),
      (row, volume) => {
        fill(row, volume, sizes.get(volume.id));
      },
    );
    one("#volume-table").hidden = known.length === 0;
    one("#no-volumes").hidden = known.length > 0;
    one("#prune").hidden = !known.some(({ users }) => users.length === 0);
    one("#volume-total").textContent = total(known, sizes);
  };

  /** One after the other: large ones take a while. */
  const measure = async (): Promise<void> => {
    if (measuring) {
      return;
    }
    measuring = true;
    try {
      for (const { id } of known) {
        sizes.set(id, await volumes.size(id));
        show();
      }
    } catch (error) {
      // One that has gone meanwhile; the list that follows says so.
      if (!(error instanceof Problem)) {
        throw error;
      }
    } finally {
      measuring = false;
    }
  };

  const load = async (): Promise<void> => {
    const done = await attempt(async () => {
      known = await volumes.list();
      show();
      document.body.dataset.ready = "true";
    });
    if (done) {
      void measure();
    }
  };

  body.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action]") : null;
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const volume = known.find((candidate) => candidate.id === id);
    if (volume) {
      void actOn(button?.dataset.action ?? "", volume).then(load);
    }
  });
  one("#prune").addEventListener("click", () => {
    void prune().then(load);
  });
  live(["volume", "container"], load);
}

function fill(row: HTMLElement, volume: Volume, size: number | undefined): void {
  const shown = shownName(volume.name);
  const link = one("[data-row-link]", row);
  setText(row, "name", shown);
  setAttribute(link, "href", `/ui/volumes/${encodeURIComponent(volume.name)}`);
  setAttribute(link, "title", volume.name);
  setText(row, "kind", keptIn(volume));
  setText(row, "size", size === undefined ? "…" : bytes(size));
  setText(row, "users", volume.users.map(({ name }) => name).join(", "));
  setText(row, "created", ago(new Date(volume.created), new Date()));
  for (const [action, title] of [
    ["rename", "Rename"],
    ["clone", "Clone"],
    ["remove", "Remove"],
  ] as const) {
    const button = one<HTMLButtonElement>(`[data-action=${action}]`, row);
    setAttribute(button, "aria-label", `${title} ${shown}`);
    if (action === "remove") {
      button.disabled = volume.users.length > 0;
      button.title = volume.users.length > 0 ? "Containers have it" : title;
    }
  }
}

/** How many there are and what is known of their size. */
export function total(known: readonly Volume[], sizes: ReadonlyMap<string, number>): string {
  if (known.length === 0) {
    return "";
  }
  const sum = known.reduce((before, { id }) => before + (sizes.get(id) ?? 0), 0);
  return `${counted(known.length, "volume")}, ${bytes(sum)}`;
}

/** Shows what would go, and removes it when that is agreed to. */
async function prune(): Promise<void> {
  const dialog = one<HTMLDialogElement>("#prune-dialog");
  const named = one<HTMLInputElement>("#prune-named", dialog);
  const preview = async (): Promise<void> => {
    await attempt(async () => {
      showPreview(dialog, await volumes.prune(named.checked, true));
    });
  };
  named.checked = false;
  named.onchange = () => void preview();
  await preview();
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => {
    dialog.addEventListener("close", resolve, { once: true });
  });
  if (dialog.returnValue === "yes") {
    await attempt(async () => {
      const gone = await volumes.prune(named.checked, false);
      const words = `${counted(gone.volumes.length, "volume")} removed, ${bytes(gone.bytes)} freed.`;
      notice(words);
      announce(words);
    });
  }
}

function showPreview(dialog: HTMLElement, { volumes: names, bytes: size }: PrunedVolumes): void {
  one("#prune-preview", dialog).textContent =
    names.length === 0
      ? "There is none to remove."
      : `${counted(names.length, "volume")} that no container has, ${bytes(size)}:`;
  one("#prune-list", dialog).replaceChildren(...names.map((name) => element("li", {}, name)));
  one<HTMLButtonElement>("[data-part=action]", dialog).disabled = names.length === 0;
}
