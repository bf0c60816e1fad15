/** The list of images, with archives uploaded by choosing or dropping them. */
import type { Image, PrunedImages } from "../api";
import { images } from "../api";
import { element, one, reconcile, setAttribute, setText, stamp } from "../dom";
import { ago, bytes, counted, shortId } from "../format";
import { actOn, title } from "../image-actions";
import { live } from "../live";
import { announce, attempt, notice } from "../notices";
import { agreed, credentials, transfer } from "../transfers";
import { takeDropped, upload } from "../upload";

/** The list at work. */
export function imagesPage(): void {
  const body = one("#images");
  let known: Image[] = [];

  const fill = (row: HTMLElement, image: Image): void => {
    setText(row, "name", title(image));
    setText(row, "other", image.tags.slice(1).join(", "));
    setText(row, "id", shortId(image.id));
    setText(row, "size", bytes(image.sizeBytes));
    setText(row, "architecture", image.architecture);
    setText(row, "created", ago(new Date(image.createdAt), new Date()));
    setAttribute(one("[data-part=created]", row), "title", new Date(image.createdAt).toLocaleString());
    setAttribute(one("[data-row-link]", row), "href", `/ui/images/${image.id.replace(/^sha256:/, "")}`);
    const run = one("[data-part=run]", row);
    setAttribute(run, "href", `/ui/containers/new?image=${encodeURIComponent(image.tags[0] ?? image.id)}`);
    setAttribute(run, "aria-label", `Run a container from ${title(image)}`);
    setAttribute(one("[data-action=tag]", row), "aria-label", `Tag ${title(image)}`);
    setAttribute(one("[data-action=remove]", row), "aria-label", `Remove ${title(image)}`);
  };

  const load = async (): Promise<void> => {
    await attempt(async () => {
      known = await images.list();
      reconcile(
        body,
        known,
        (image) => image.id,
        () => stamp("image-row"),
        fill,
      );
      one("#image-table").hidden = known.length === 0;
      one("#no-images").hidden = known.length > 0;
      one("#prune").hidden = known.length === 0;
      one("#image-total").textContent = counted(known.length, "image");
      await redraw();
      document.body.dataset.ready = "true";
    });
  };

  body.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-action]") : null;
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const image = known.find((candidate) => candidate.id === id);
    if (image) {
      void actOn(button?.dataset.action ?? "", image).then(load);
    }
  });
  one("#pull").addEventListener("click", () => {
    void pull();
  });
  one("#prune").addEventListener("click", () => {
    void prune().then(load);
  });
  uploads(load);
  live(["image"], load);
}

/** The picture of the layers is drawn by the engine; the page takes it over when the images are others. */
async function redraw(): Promise<void> {
  const answer = await fetch("/ui/images", { credentials: "same-origin" });
  if (answer.ok && !answer.redirected) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#layers");
    const drawn = one("#layers");
    if (fresh && fresh.innerHTML !== drawn.innerHTML) {
      drawn.replaceWith(document.adoptNode(fresh));
    }
  }
}

async function pull(): Promise<void> {
  const dialog = one<HTMLDialogElement>("#pull-dialog");
  const name = one<HTMLInputElement>("#pull-name", dialog);
  if ((await agreed(dialog)) && name.value.trim() !== "") {
    await transfer("pull", { reference: name.value.trim(), credentials: credentials("pull") });
  }
}

/** Shows what would go, and removes it when that is agreed to. */
async function prune(): Promise<void> {
  const dialog = one<HTMLDialogElement>("#prune-dialog");
  const named = one<HTMLInputElement>("#prune-named", dialog);
  const preview = async (): Promise<void> => {
    await attempt(async () => {
      showPreview(dialog, await images.prune(named.checked, true));
    });
  };
  named.checked = false;
  named.onchange = () => void preview();
  await preview();
  if (await agreed(dialog)) {
    await attempt(async () => {
      const gone = await images.prune(named.checked, false);
      const words = `${counted(gone.images.length, "image")} removed, ${bytes(gone.bytes)} freed.`;
      notice(words);
      announce(words);
    });
  }
}

function showPreview(dialog: HTMLElement, { images: going, bytes: size }: PrunedImages): void {
  one("#prune-preview", dialog).textContent =
    going.length === 0
      ? "There is none to remove."
      : `${counted(going.length, "image")} that no container has; ${bytes(size)} become free:`;
  one("#prune-list", dialog).replaceChildren(
    ...going.map(({ id, tags }) => element("li", {}, tags.length === 0 ? shortId(id) : tags.join(", "))),
  );
  one<HTMLButtonElement>("[data-part=action]", dialog).disabled = going.length === 0;
}

function uploads(loaded: () => Promise<void>): void {
  const input = one<HTMLInputElement>("#archive");
  const take = (files: Iterable<File>): void => {
    for (const file of files) {
      void uploadArchive(file).then(loaded);
    }
  };
  input.addEventListener("change", () => {
    take(input.files ?? []);
    input.value = "";
  });
  takeDropped(one("#drop"), () => true, take);
}

async function uploadArchive(file: File): Promise<void> {
  const answer = await upload({
    method: "POST",
    path: images.uploadPath,
    type: "application/x-tar",
    file,
    finishing: "Unpacking and verifying…",
  });
  if (answer !== null) {
    notice(loadedSentence(file.name, answer));
  }
}

/** What an archive brought, by name where the archive gives names. */
export function loadedSentence(file: string, answer: string): string {
  const names = (JSON.parse(answer) as { name: string }[])
    .map((image) => image.name)
    .filter((name) => name !== "");
  return names.length === 0
    ? `${file} is loaded.`
    : `${names.join(", ")} ${names.length === 1 ? "is" : "are"} loaded.`;
}
