/** Asks before something is lost. */
import { one } from "./dom";

/** Shows the question; true when it was agreed to. */
export function confirmed(question: string, explanation: string, action: string): Promise<boolean> {
  const dialog = one<HTMLDialogElement>("#confirm");
  one("[data-part=question]", dialog).textContent = question;
  one("[data-part=explanation]", dialog).textContent = explanation;
  one("[data-part=action]", dialog).textContent = action;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
  });
}
