/** What can be done to an image from its buttons, in the list and on its own page alike. */
import type { Image } from "./api";
import { images } from "./api";
import { asked } from "./ask";
import { confirmed } from "./confirm";
import { one } from "./dom";
import { shortId } from "./format";
import { attempt, notice } from "./notices";
import { agreed, credentials, transfer } from "./transfers";

/** What an image is called: its first name, or its short id. */
export function title(image: Image): string {
  return image.tags[0] ?? shortId(image.id);
}

/** Does what a button says; true when something was done. */
export async function actOn(action: string, image: Image): Promise<boolean> {
  switch (action) {
    case "tag":
      return tag(image);
    case "push":
      return push(image);
    case "remove":
      return remove(image);
    default:
      return false;
  }
}

async function tag(image: Image): Promise<boolean> {
  const name = await asked(`Tag ${title(image)}`, "One more name, with a tag", image.tags[0] ?? "", "Tag");
  if (name === null || image.tags.includes(name)) {
    return false;
  }
  return attempt(async () => {
    await images.tag(image.id, name);
    notice(`${title(image)} is called ${name}, too.`);
  });
}

async function push(image: Image): Promise<boolean> {
  const dialog = one<HTMLDialogElement>("#push-dialog");
  const field = one<HTMLInputElement>("#push-name", dialog);
  field.value = image.tags[0] ?? "";
  if (!(await agreed(dialog)) || field.value.trim() === "") {
    return false;
  }
  const name = field.value.trim();
  if (!image.tags.includes(name) && !(await attempt(() => images.tag(image.id, name)))) {
    return false;
  }
  return transfer("push", { reference: name, credentials: credentials("push") });
}

async function remove(image: Image): Promise<boolean> {
  const agreedTo = await confirmed(
    `Remove ${title(image)}?`,
    image.tags.length > 1
      ? `All its names go: ${image.tags.join(", ")}. Layers that other images use stay.`
      : "Layers that other images use stay.",
    "Remove",
  );
  return (
    agreedTo &&
    (await attempt(async () => {
      await images.remove(image.id, image.tags.length > 1);
      notice(`${title(image)} is removed.`);
    }))
  );
}
