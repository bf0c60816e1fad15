/** The form that runs a container, with the same told as a command for the terminal. */
import type { NewContainer } from "../api";
import { containers } from "../api";
import { all, copyText, one } from "../dom";
import { Problem } from "../http";
import { joinWords, parseEnvironment, parseMemory, splitWords, TypingError } from "../words";

/** A field's name and what is wrong with it. */
class FieldError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** The form at work. */
export function newContainerPage(): void {
  const form = one<HTMLFormElement>("#run");
  const submit = one<HTMLButtonElement>("button[type=submit]", form);

  const preview = (): void => {
    try {
      one("#same-command").textContent = dockerCommand(wanted(new FormData(form)));
    } catch (error) {
      if (!(error instanceof FieldError)) {
        throw error;
      }
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLElement) {
      clear(event.target.closest(".field"));
    }
    preview();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    all(".field", form).forEach(clear);
    one("#run-error").hidden = true;
    submit.disabled = true;
    void run(form).finally(() => {
      submit.disabled = false;
    });
  });
  one("#copy-command").addEventListener("click", (event) => {
    void copyText(event.currentTarget as HTMLElement, one("#same-command"));
  });
  preview();
}

async function run(form: HTMLFormElement): Promise<void> {
  try {
    const container = await containers.create(wanted(new FormData(form)));
    location.assign(`/ui/containers/${container.id}`);
  } catch (error) {
    if (error instanceof FieldError) {
      tell(form, error.field, error.message);
    } else if (error instanceof Problem) {
      tell(form, error.field === "" ? blamed(error.message) : fieldOf(error.field), error.message);
    } else {
      throw error;
    }
  }
}

/** The field that a sentence speaks of, where the engine does not name one. */
export function blamed(message: string): string {
  const signs: [RegExp, string][] = [
    [/container name|is already in use/i, "name"],
    [/no such image|invalid reference|image/i, "image"],
    [/executable file|no command|permission denied/i, "command"],
    [/memory/i, "memory"],
    [/cpu/i, "cpus"],
    [/pids/i, "pids"],
    [/environment/i, "env"],
    [/working directory|\bcwd\b|chdir/i, "workingDirectory"],
    [/\buser\b|\bgroup\b|passwd/i, "user"],
  ];
  return signs.find(([sign]) => sign.test(message))?.[1] ?? "";
}

/** The form's name of a part of the request, such as `command[0]`. */
export function fieldOf(part: string): string {
  const name = part.replace(/[[.].*$/, "");
  return { memoryBytes: "memory", pidsLimit: "pids" }[name] ?? name;
}

/** What the form asks for. */
export function wanted(data: FormData): NewContainer {
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const request: NewContainer = { image: text("image"), autoRemove: data.has("autoRemove") };
  if (request.image === "") {
    throw new FieldError("image", "Choose an image.");
  }
  const name = text("name");
  if (name !== "") {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) {
      throw new FieldError(
        "name",
        "Use at least two letters, digits, “_”, “.” or “-”, beginning with a letter or a digit.",
      );
    }
    request.name = name;
  }
  const command = inField("command", () => splitWords(text("command")));
  if (command.length > 0) {
    request.command = command;
  }
  const env = inField("env", () => parseEnvironment(text("env")));
  if (env.length > 0) {
    request.env = env;
  }
  for (const part of ["workingDirectory", "user"] as const) {
    if (text(part) !== "") {
      request[part] = text(part);
    }
  }
  if (text("memory") !== "") {
    request.memoryBytes = inField("memory", () => parseMemory(text("memory")));
  }
  if (text("cpus") !== "") {
    request.cpus = positive("cpus", text("cpus"), /^\d+(\.\d+)?$|^\.\d+$/, "Type a number such as 0.5 or 2.");
  }
  if (text("pids") !== "") {
    request.pidsLimit = positive("pids", text("pids"), /^\d+$/, "Type a whole number such as 100.");
  }
  return request;
}

function inField<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof TypingError ? new FieldError(field, error.message) : error;
  }
}

function positive(field: string, text: string, form: RegExp, message: string): number {
  if (!form.test(text) || Number(text) <= 0) {
    throw new FieldError(field, message);
  }
  return Number(text);
}

/** The same as a command line of the docker CLI. */
export function dockerCommand(request: NewContainer): string {
  const words = ["docker", "run", "-d"];
  if (request.autoRemove) {
    words.push("--rm");
  }
  const option = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) {
      words.push(name, String(value));
    }
  };
  option("--name", request.name);
  for (const variable of request.env ?? []) {
    option("-e", variable);
  }
  option("--memory", request.memoryBytes);
  option("--cpus", request.cpus);
  option("--pids-limit", request.pidsLimit);
  option("--workdir", request.workingDirectory);
  option("--user", request.user);
  return joinWords([...words, request.image, ...(request.command ?? [])]);
}

function tell(form: HTMLFormElement, field: string, message: string): void {
  const control = field === "" ? null : form.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`);
  const place = control?.closest(".field");
  if (!control || !place) {
    const error = one("#run-error");
    error.textContent = message;
    error.hidden = false;
    error.focus();
    return;
  }
  const error = one(".error", place);
  error.textContent = message;
  error.hidden = false;
  control.setAttribute("aria-invalid", "true");
  control.closest("details")?.setAttribute("open", "");
  control.focus();
}

function clear(field: Element | null): void {
  if (field) {
    const error = field.querySelector<HTMLElement>(".error");
    if (error) {
      error.hidden = true;
      error.textContent = "";
    }
    field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  }
}
