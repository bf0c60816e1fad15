/** The form that runs a container, with the same told as a command for the terminal. */
import type { NewContainer } from "../api";
import { containers } from "../api";
import { copyText, one } from "../dom";
import { FieldError, onSubmit, typed } from "../field-errors";
import {
  joinWords,
  parseEnvironment,
  parseMemory,
  parsePorts,
  splitNames,
  splitWords,
  TypingError,
} from "../words";

/** The form at work. */
export function newContainerPage(): void {
  const form = one<HTMLFormElement>("#run");

  const preview = (): void => {
    try {
      one("#same-command").textContent = dockerCommand(wanted(new FormData(form)));
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
      const container = await containers.create(wanted(data));
      location.assign(`/ui/containers/${container.id}`);
    },
    (problem) => (problem.field === "" ? blamed(problem.message) : fieldOf(problem.field)),
  );
  one("#copy-command").addEventListener("click", (event) => {
    void copyText(event.currentTarget as HTMLElement, one("#same-command"));
  });
  preview();
}

/** The field that a sentence speaks of, where the engine does not name one. */
export function blamed(message: string): string {
  const signs: [RegExp, string][] = [
    [/\bports?\b|address already in use/i, "ports"],
    [/\bnetwork\b.*(not found|alias)|alias/i, "network"],
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
  const text = (name: string): string => typed(data, name);
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
  if (text("network") !== "") {
    request.network = text("network");
  }
  const aliases = splitNames(text("aliases"));
  if (aliases.length > 0) {
    request.aliases = aliases;
  }
  const ports = inField("ports", () => parsePorts(text("ports")));
  if (ports.length > 0) {
    request.ports = ports;
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
  option("--network", request.network);
  for (const alias of request.aliases ?? []) {
    option("--network-alias", alias);
  }
  for (const port of request.ports ?? []) {
    option("-p", port);
  }
  option("--memory", request.memoryBytes);
  option("--cpus", request.cpus);
  option("--pids-limit", request.pidsLimit);
  option("--workdir", request.workingDirectory);
  option("--user", request.user);
  return joinWords([...words, request.image, ...(request.command ?? [])]);
}
