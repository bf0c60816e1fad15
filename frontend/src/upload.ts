/** Files on their way to the engine, each with a row that tells how far it is and can stop it. */
import { one, setText, stamp } from "./dom";
import { bytes } from "./format";
import { Problem, send } from "./http";

/** What is sent where. */
export interface Upload {
  method: "POST" | "PUT";
  path: string;
  type: string;
  file: File;
  /** What is told between the last byte and the answer. */
  finishing: string;
}

/** Sends a file, told in a row of the page; gives the answer, or null when it failed or was cancelled, which the row tells. */
export async function upload({ method, path, type, file, finishing }: Upload): Promise<string | null> {
  const row = stamp("upload-row");
  const progress = one<HTMLProgressElement>("progress", row);
  const cancel = one<HTMLButtonElement>("button", row);
  const abort = new AbortController();
  setText(row, "file", file.name);
  progress.max = Math.max(file.size, 1);
  progress.setAttribute("aria-label", `Upload of ${file.name}`);
  cancel.addEventListener("click", () => {
    abort.abort();
    row.remove();
  });
  one("#uploads").append(row);
  try {
    const answer = await send(
      method,
      path,
      type,
      file,
      (sent) => {
        progress.value = sent;
        setText(row, "status", sent < file.size ? `${bytes(sent)} of ${bytes(file.size)}` : finishing);
      },
      abort.signal,
    );
    row.remove();
    return answer;
  } catch (error) {
    if (!(error instanceof Problem)) {
      throw error;
    }
    row.dataset.state = "failed";
    progress.hidden = true;
    setText(row, "status", error.message);
    setText(row, "label", "Dismiss");
    return null;
  }
}

/** Takes files that are dropped anywhere on the page while that is wanted; the zone shows that they will be taken. */
export function takeDropped(zone: HTMLElement, wanted: () => boolean, take: (files: FileList) => void): void {
  // Dropping works anywhere on the page: a file that misses the zone must not replace the page.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.toggle("over", wanted());
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) {
      zone.classList.remove("over");
    }
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (wanted() && event.dataTransfer) {
      take(event.dataTransfer.files);
    }
  });
}
