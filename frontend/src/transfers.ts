/** Pulls and pushes on their way, each with a row that tells how far it is, layer by layer, and can break it off. */
import type { NewTransfer, TransferStep } from "./api";
import { element, one, setText, stamp } from "./dom";
import { bytes } from "./format";
import { Problem } from "./http";
import { announce, notice } from "./notices";
import { stream } from "./streamed";

/** How far one layer is. */
export interface Step {
  status: string;
  current: number;
  total: number;
}

/** What the steps amount to: a sentence, and how much of how much. */
export function progressOf(steps: ReadonlyMap<string, Step>): { done: number; total: number; words: string } {
  let done = 0;
  let total = 0;
  for (const { status, current, total: all } of steps.values()) {
    if (all > 0) {
      total += all;
      done += isFinished(status) ? all : Math.min(current, all);
    }
  }
  return { done, total, words: total === 0 ? "" : `${bytes(done)} of ${bytes(total)}` };
}

function isFinished(status: string): boolean {
  return /complete|exists|pushed|mounted|done/i.test(status);
}

/** Takes in what happened to a layer; gives false for what is about the whole. */
export function follow(steps: Map<string, Step>, step: TransferStep): boolean {
  if (step.id === "") {
    return false;
  }
  const before = steps.get(step.id);
  steps.set(step.id, {
    status: step.status,
    current: step.currentBytes ?? before?.current ?? 0,
    total: step.totalBytes ?? before?.total ?? 0,
  });
  return true;
}

/** Carries out a pull or a push, told in a row of the page; true when it was done. */
export async function transfer(kind: "pull" | "push", wanted: NewTransfer): Promise<boolean> {
  const row = stamp("transfer-row");
  const bar = one<HTMLProgressElement>("progress", row);
  const cancel = one<HTMLButtonElement>("button", row);
  const list = one("[data-part=steps]", row);
  const lines = new Map<string, HTMLElement>();
  const steps = new Map<string, Step>();
  const abort = new AbortController();
  setText(row, "name", wanted.reference);
  setText(row, "status", kind === "pull" ? "Asking the registry…" : "Preparing…");
  bar.removeAttribute("value");
  bar.setAttribute("aria-label", `${kind === "pull" ? "Pull" : "Push"} of ${wanted.reference}`);
  cancel.addEventListener("click", () => {
    abort.abort();
    row.remove();
  });
  one("#transfers").append(row);
  const show = (step: TransferStep): void => {
    if (!follow(steps, step)) {
      setText(row, "status", step.status);
      return;
    }
    let line = lines.get(step.id);
    if (!line) {
      line = element("li");
      lines.set(step.id, line);
      list.append(line);
    }
    const now = steps.get(step.id);
    const counted = now && now.total > 0 && !isFinished(now.status);
    line.textContent = `${step.id} ${step.status}${counted ? ` ${bytes(now.current)} of ${bytes(now.total)}` : ""}`;
    const { done, total, words } = progressOf(steps);
    if (total > 0) {
      bar.max = total;
      bar.value = done;
      setText(row, "status", words);
    }
  };
  try {
    await stream(
      `/api/images/${kind}`,
      wanted,
      (event) => {
        if (event.name === "progress") {
          show(JSON.parse(event.data) as TransferStep);
        }
      },
      abort.signal,
    );
    row.remove();
    const words = `${wanted.reference} is ${kind === "pull" ? "pulled" : "pushed"}.`;
    notice(words);
    announce(words);
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) {
      throw error;
    }
    row.dataset.state = "failed";
    bar.hidden = true;
    setText(row, "status", error.message);
    cancel.textContent = "Dismiss";
    return false;
  }
}

/** What the fields of a dialog say of the registry's account. */
export function credentials(prefix: string): NewTransfer["credentials"] {
  const username = one<HTMLInputElement>(`#${prefix}-user`).value.trim();
  const password = one<HTMLInputElement>(`#${prefix}-password`).value;
  return username === "" ? undefined : { username, password };
}

/** Shows a dialog; true when it was agreed to. */
export async function agreed(dialog: HTMLDialogElement): Promise<boolean> {
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => {
    dialog.addEventListener("close", resolve, { once: true });
  });
  return dialog.returnValue === "yes";
}
