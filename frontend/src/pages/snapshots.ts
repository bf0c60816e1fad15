/** All snapshots of containers, and copies made of them. */
import type { Snapshot } from "../api";
import { snapshots } from "../api";
import { confirmed } from "../confirm";
import { one, reconcile, setAttribute, setText, stamp } from "../dom";
import { ago, bytes, shortId } from "../format";
import { live } from "../live";
import { attempt, notice } from "../notices";
import { agreed } from "../transfers";

/** The list at work. */
export function snapshotsPage(): void {
  const body = one("#snapshots");
  let known: Snapshot[] = [];

  const load = async (): Promise<void> => {
    await attempt(async () => {
      known = await snapshots.list();
      reconcile(
        body,
        known,
        ({ id }) => id,
        () => stamp("snapshot-row"),
        fill,
      );
      one("#snapshot-table").hidden = known.length === 0;
      one("#no-snapshots").hidden = known.length > 0;
      document.body.dataset.ready = "true";
    });
  };

  body.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action]") : null;
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const snapshot = known.find((candidate) => candidate.id === id);
    if (snapshot) {
      void (button?.dataset.action === "copy" ? copy(snapshot) : remove(snapshot)).then(load);
    }
  });
  live(["container", "snapshot", "image"], load);
}

/** `1 copy`, `2 copies`. */
function copies(count: number): string {
  return `${count} ${count === 1 ? "copy" : "copies"}`;
}

function title({ name, id }: Snapshot): string {
  return name ?? shortId(id);
}

function fill(row: HTMLElement, snapshot: Snapshot): void {
  setText(row, "name", title(snapshot));
  setText(row, "container", snapshot.containerName);
  setAttribute(one("[data-part=container]", row), "href", `/ui/containers/${snapshot.containerId}`);
  setText(row, "image", snapshot.image);
  setText(row, "size", bytes(snapshot.volumeBytes));
  setText(row, "copies", copies(snapshot.copies.length));
  setText(row, "created", ago(new Date(snapshot.created), new Date()));
  setAttribute(one("[data-action=copy]", row), "aria-label", `Make copies of ${title(snapshot)}`);
  setAttribute(one("[data-action=remove]", row), "aria-label", `Remove ${title(snapshot)}`);
}

async function copy(snapshot: Snapshot): Promise<void> {
  const dialog = one<HTMLDialogElement>("#copies-dialog");
  const count = one<HTMLInputElement>("#copies-count", dialog);
  const start = one<HTMLInputElement>("#copies-start", dialog);
  count.value = "1";
  if (await agreed(dialog)) {
    await attempt(async () => {
      const made = await snapshots.copy(snapshot.id, count.valueAsNumber, start.checked);
      notice(`${copies(made.length)} of ${title(snapshot)} made.`);
    });
  }
}

async function remove(snapshot: Snapshot): Promise<void> {
  if (await confirmed(`Remove ${title(snapshot)}?`, "Copies that were made of it go on.", "Remove")) {
    await attempt(async () => {
      await snapshots.remove(snapshot.id);
      notice(`${title(snapshot)} is removed.`);
    });
  }
}
