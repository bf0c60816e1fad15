/** The form that creates a volume, with the same told as a command for the terminal. */
import type { NewVolume } from "../api";
import { volumes } from "../api";
import { copyText, one } from "../dom";
import { FieldError, onSubmit, typed } from "../field-errors";
import { joinWords, parseLabels, TypingError } from "../words";

/** The form at work. */
export function newVolumePage(): void {
  const form = one<HTMLFormElement>("#create-volume");
  const preview = (): void => {
    try {
      one("#same-command").textContent = dockerCommand(wantedVolume(new FormData(form)));
    } catch (error) {
      if (!(error instanceof FieldError)) {
        throw error;
      }
    }
  };
  form.addEventListener("input", preview);
  onSubmit(
    form,
    async (data) => {
      const volume = await volumes.create(wantedVolume(data));
      location.assign(`/ui/volumes/${encodeURIComponent(volume.name)}`);
    },
    ({ field, message }) => (field === "" ? blamedField(message) : field),
  );
  one("#copy-command").addEventListener("click", (event) => {
    void copyText(event.currentTarget as HTMLElement, one("#same-command"));
  });
  preview();
}

/** The field that a sentence of the engine speaks of. */
export function blamedField(message: string): string {
  const signs: [RegExp, string][] = [
    [/volume name|already exists/i, "name"],
    [/label/i, "labels"],
    [/"?device"?/i, "device"],
    [/"?type"?/i, "type"],
    [/option|size|mount/i, "o"],
  ];
  return signs.find(([sign]) => sign.test(message))?.[1] ?? "";
}

/** What the form asks for. */
export function wantedVolume(data: FormData): NewVolume {
  const wanted: NewVolume = {};
  const name = typed(data, "name");
  if (name !== "") {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) {
      throw new FieldError(
        "name",
        "Use two or more letters, digits, “_”, “.” or “-”, beginning with a letter or a digit.",
      );
    }
    wanted.name = name;
  }
  try {
    const labels = parseLabels(typed(data, "labels"));
    if (Object.keys(labels).length > 0) {
      wanted.labels = labels;
    }
  } catch (error) {
    throw error instanceof TypingError ? new FieldError("labels", error.message) : error;
  }
  const options: Record<string, string> = {};
  for (const part of ["type", "device", "o"] as const) {
    const value = typed(data, part);
    if (value !== "") {
      options[part] = value;
    }
  }
  if (Object.keys(options).length > 0) {
    wanted.options = options;
  }
  return wanted;
}

/** The same as a command line of the docker CLI. */
export function dockerCommand({ name, labels, options }: NewVolume): string {
  const words = ["docker", "volume", "create"];
  for (const [option, value] of Object.entries(options ?? {})) {
    words.push("-o", `${option}=${value}`);
  }
  for (const [label, value] of Object.entries(labels ?? {})) {
    words.push("--label", value === "" ? label : `${label}=${value}`);
  }
  return joinWords(name === undefined ? words : [...words, name]);
}
