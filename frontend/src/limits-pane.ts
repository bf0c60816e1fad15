/** The limits of a container and its restart policy, changed while it runs. */
import type { Limits, NewLimits } from "./api";
import { containers } from "./api";
import { one } from "./dom";
import { FieldError, onSubmit, typed } from "./field-errors";
import { memory } from "./format";
import { attempt, notice } from "./notices";
import type { Pane } from "./pane";
import { parseMemory, TypingError } from "./words";

const FIELDS: Record<string, string> = {
  memoryBytes: "memory",
  memorySwapBytes: "memory",
  cpus: "cpus",
  pidsLimit: "pids",
  restartPolicy: "restart",
  restartRetries: "retries",
};

/** The pane at work. */
export class LimitsPane implements Pane {
  readonly #id: string;
  readonly #form = one<HTMLFormElement>("#change-limits");
  #known: Limits | null = null;

  constructor(id: string) {
    this.#id = id;
    onSubmit(
      this.#form,
      async (data) => {
        this.#show(await containers.changeLimits(id, wantedLimits(data)));
        notice("The limits are changed, at once and for later starts.");
      },
      ({ field, message }) => FIELDS[field] ?? blamed(message),
    );
    this.#form.addEventListener("change", () => {
      this.#fields();
    });
  }

  changed(): void {
    // Limits are read when the pane is looked at: what is being typed stays.
  }

  shown(): void {
    if (!this.#known) {
      void attempt(async () => {
        this.#show(await containers.limits(this.#id));
      });
    }
  }

  hidden(): void {
    this.#known = null;
  }

  #show(limits: Limits): void {
    this.#known = limits;
    const set = (name: string, value: string): void => {
      one<HTMLInputElement | HTMLSelectElement>(`[name=${name}]`, this.#form).value = value;
    };
    set("memory", limits.memoryBytes === null ? "" : memory(limits.memoryBytes));
    set("cpus", limits.cpus === null ? "" : String(limits.cpus));
    set("pids", limits.pidsLimit === null ? "" : String(limits.pidsLimit));
    set("restart", limits.restartPolicy === "" ? "no" : limits.restartPolicy);
    set("retries", limits.restartRetries === 0 ? "" : String(limits.restartRetries));
    this.#fields();
  }

  #fields(): void {
    one("#retries-field").hidden = typed(new FormData(this.#form), "restart") !== "on-failure";
  }
}

/** What the form asks for; an empty field takes its limit away. */
export function wantedLimits(data: FormData): NewLimits {
  const wanted: NewLimits = { memoryBytes: 0, cpus: 0, pidsLimit: 0, restartPolicy: typed(data, "restart") };
  const size = typed(data, "memory");
  if (size !== "") {
    try {
      wanted.memoryBytes = parseMemory(size);
    } catch (error) {
      throw error instanceof TypingError ? new FieldError("memory", error.message) : error;
    }
  }
  const cpus = typed(data, "cpus");
  if (cpus !== "") {
    wanted.cpus = Number(cpus);
    if (!(wanted.cpus > 0)) {
      throw new FieldError("cpus", "Type a number of processors such as 0.5 or 2.");
    }
  }
  wanted.pidsLimit = whole(typed(data, "pids"), "pids");
  if (wanted.restartPolicy === "on-failure") {
    wanted.restartRetries = whole(typed(data, "retries"), "retries");
  }
  return wanted;
}

function whole(text: string, field: string): number {
  if (text !== "" && !/^[1-9]\d*$/.test(text)) {
    throw new FieldError(field, "Type a whole number, or nothing for no limit.");
  }
  return Number(text);
}

function blamed(message: string): string {
  const signs: [RegExp, string][] = [
    [/memory|swap/i, "memory"],
    [/cpu/i, "cpus"],
    [/pids|process/i, "pids"],
    [/restart|retr/i, "restart"],
  ];
  return signs.find(([sign]) => sign.test(message))?.[1] ?? "";
}
