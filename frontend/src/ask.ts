/** Asks for a word, such as a new name. */
import { one } from "./dom";

/** Shows the question with a proposal; gives what was typed, or null when that was nothing or not wanted. */
export function asked(
  question: string,
  label: string,
  proposal: string,
  action: string,
): Promise<string | null> {
  const dialog = one<HTMLDialogElement>("#ask");
  const answer = one<HTMLInputElement>("#ask-answer", dialog);
  one("[data-part=question]", dialog).textContent = question;
  one("[data-part=label]", dialog).textContent = label;
  one("[data-part=action]", dialog).textContent = action;
  one("[data-part=cancel]", dialog).onclick = () => {
    dialog.close("");
  };
  answer.value = proposal;
  dialog.returnValue = "";
  dialog.showModal();
  answer.select();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const typed = answer.value.trim();
        resolve(dialog.returnValue === "yes" && typed !== "" ? typed : null);
      },
      { once: true },
    );
  });
}
