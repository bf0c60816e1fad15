/** One image: its names and what can be done to it. Its layers and the comparison are drawn by the engine. */
import type { Image } from "../api";
import { images } from "../api";
import { all, localTimes, one } from "../dom";
import { actOn } from "../image-actions";
import { live } from "../live";
import { attempt } from "../notices";

/** The page at work. */
export function imagePage(): void {
  const head = one("#image");
  const id = head.dataset.id ?? "";
  let known: Image | undefined;

  const load = async (): Promise<void> => {
    await attempt(async () => {
      known = (await images.list()).find((image) => image.id === id);
      one("#image-gone").hidden = known !== undefined;
      for (const button of all<HTMLButtonElement>("[data-action]", head)) {
        button.disabled = known === undefined;
      }
      document.body.dataset.ready = "true";
    });
  };

  head.addEventListener("click", (event) => {
    const action =
      event.target instanceof Element
        ? event.target.closest<HTMLElement>("[data-action]")?.dataset.action
        : undefined;
    if (action !== undefined && known) {
      void actOn(action, known).then((done) => {
        if (done && action === "remove") {
          location.assign("/ui/images");
        } else if (done && action === "tag") {
          location.reload();
        }
      });
    }
  });
  localTimes();
  live(["image"], load);
}
