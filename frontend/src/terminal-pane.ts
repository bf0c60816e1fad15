/** The terminal of a container's page: a shell of its own, or the container's own terminal. */
import type { Container } from "./api";
import { terminals } from "./api";
import { isRunning } from "./container-state";
import { one } from "./dom";
import { FieldError, onSubmit, typed } from "./field-errors";
import { announce } from "./notices";
import type { Pane } from "./pane";
import type { Line, TerminalScreen } from "./terminal-screen";
import { farewell } from "./terminal-words";
import { splitWords, TypingError } from "./words";

/** The pane at work; a terminal that is open stays so while other panes are looked at. */
export class TerminalPane implements Pane {
  readonly #id: string;
  readonly #form = one<HTMLFormElement>("#open-terminal");
  readonly #place = one("#terminal");
  readonly #status = one("#terminal-status");
  readonly #hangUp = one<HTMLButtonElement>("#hang-up");
  #screen: TerminalScreen | null = null;

  constructor(id: string) {
    this.#id = id;
    onSubmit(
      this.#form,
      (data) => this.#open(data),
      ({ field, message }) => (field === "" ? blamed(message) : field),
    );
    this.#form.addEventListener("change", () => {
      this.#fields();
    });
    this.#hangUp.addEventListener("click", () => {
      this.#screen?.hangUp();
    });
    this.#fields();
  }

  changed(container: Container): void {
    const running = isRunning(container);
    one<HTMLButtonElement>("button[type=submit]", this.#form).disabled = !running;
    one("#terminal-stopped").hidden = running;
  }

  shown(): void {
    this.#screen?.focus();
  }

  hidden(): void {
    // The terminal stays connected.
  }

  #fields(): void {
    const shell = typed(new FormData(this.#form), "kind") === "shell";
    for (const name of ["command", "user"]) {
      one<HTMLInputElement>(`[name=${name}]`, this.#form).disabled = !shell;
    }
  }

  async #open(data: FormData): Promise<void> {
    const module = await import("./terminal-screen");
    this.#screen?.close();
    this.#place.replaceChildren();
    this.#place.hidden = false;
    one("#terminal-foot").hidden = false;
    const screen = new module.TerminalScreen(this.#place, "Terminal", () => {
      this.#hangUp.focus();
    });
    this.#screen = screen;
    try {
      this.#connect(screen, await this.#line(data, screen));
    } catch (error) {
      screen.close();
      this.#screen = null;
      this.#place.hidden = true;
      throw error;
    }
  }

  async #line(data: FormData, screen: TerminalScreen): Promise<Line> {
    const id = this.#id;
    if (typed(data, "kind") === "attach") {
      return { path: terminals.attachSocket(id), resize: (size) => terminals.resize(id, size) };
    }
    const { id: exec } = await terminals.create(id, wantedShell(data));
    return {
      path: terminals.execSocket(id, exec, screen.size),
      resize: (size) => terminals.resizeExec(id, exec, size),
    };
  }

  #connect(screen: TerminalScreen, line: Line): void {
    this.#say("Connected");
    this.#hangUp.hidden = false;
    void screen.connect(line).then((end) => {
      if (this.#screen === screen) {
        const words = farewell(end.code, end.reason);
        this.#say(words);
        announce(words);
        this.#hangUp.hidden = true;
      }
    });
  }

  #say(words: string): void {
    this.#status.textContent = words;
  }
}

/** What the form asks to be executed. */
export function wantedShell(data: FormData): { command: string[]; user?: string } {
  let command: string[];
  try {
    command = splitWords(typed(data, "command"));
  } catch (error) {
    throw error instanceof TypingError ? new FieldError("command", error.message) : error;
  }
  if (command.length === 0) {
    throw new FieldError("command", "Type a command, such as sh.");
  }
  const user = typed(data, "user");
  return user === "" ? { command } : { command, user };
}

function blamed(message: string): string {
  return /\buser\b|passwd/i.test(message) ? "user" : "";
}
