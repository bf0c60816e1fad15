/** Short messages at the edge of the page; screen readers hear them. */
import { element, one } from "./dom";
import { Problem } from "./http";

const SHOWN_MILLIS = 7000;

/** Shows a sentence for a while. */
export function notice(text: string, kind: "done" | "failed" = "done"): void {
  const close = element("button", { type: "button", class: "quiet", "aria-label": "Dismiss" }, "×");
  const shown = element("div", { class: "notice", "data-kind": kind }, element("p", {}, text), close);
  close.addEventListener("click", () => {
    shown.remove();
  });
  one(kind === "failed" ? "#alerts" : "#notices").append(shown);
  setTimeout(() => {
    shown.remove();
  }, SHOWN_MILLIS);
}

/** Says what is to be heard only. */
export function announce(text: string): void {
  one("#announcements").textContent = text;
}

/** Runs what may fail and shows why it failed. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Problem) {
      notice(error.message, "failed");
      return false;
    }
    throw error;
  }
}
