/** The list of images, with archives uploaded by choosing or dropping them. */
import type { Image } from "../api";
import { images } from "../api";
import { confirmed } from "../confirm";
import { one, reconcile, setAttribute, setText, stamp } from "../dom";
import { ago, bytes, shortId } from "../format";
import { live } from "../live";
import { attempt, notice } from "../notices";
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
    const run = one("[data-row-link]", row);
    setAttribute(run, "href", `/ui/containers/new?image=${encodeURIComponent(image.tags[0] ?? image.id)}`);
    setAttribute(run, "aria-label", `Run a container from ${title(image)}`);
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
      document.body.dataset.ready = "true";
    });
  };

  body.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element
        ? event.target.closest<HTMLButtonElement>("[data-action=remove]")
        : null;
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const image = known.find((candidate) => candidate.id === id);
    if (image) {
      void remove(image).then(load);
    }
  });
  uploads(load);
  live(["image"], load);
}

function title(image: Image): string {
  return image.tags[0] ?? shortId(image.id);
}

async function remove(image: Image): Promise<void> {
  const agreed = await confirmed(
    `Remove ${title(image)}?`,
    image.tags.length > 1
      ? `All its names go: ${image.tags.join(", ")}. Layers that other images use stay.`
      : "Layers that other images use stay.",
    "Remove",
  );
  if (agreed) {
    await attempt(async () => {
      await images.remove(image.id, image.tags.length > 1);
      notice(`${title(image)} is removed.`);
    });
  }
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
