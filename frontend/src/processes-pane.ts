/** The processes of a container, read again and again while they are looked at. */
import type { Container, Process } from "./api";
import { containers } from "./api";
import { isRunning } from "./container-state";
import { one, reconcile, setText, stamp } from "./dom";
import { duration, memory } from "./format";
import { whileVisible } from "./live";
import { attempt } from "./notices";
import type { Pane } from "./pane";

const EVERY_MILLIS = 2000;

/** The pane at work. */
export class ProcessesPane implements Pane {
  readonly #id: string;
  #running = false;
  #visible = false;
  #timer = 0;

  constructor(id: string) {
    this.#id = id;
    whileVisible(() => {
      this.#follow();
      return () => {
        clearInterval(this.#timer);
        this.#timer = 0;
      };
    });
  }

  changed(container: Container): void {
    this.#running = isRunning(container);
    this.#follow();
  }

  shown(): void {
    this.#visible = true;
    this.#follow();
  }

  hidden(): void {
    this.#visible = false;
    this.#follow();
  }

  #follow(): void {
    const wanted = this.#running && this.#visible && !document.hidden;
    one("#no-processes").hidden = this.#running;
    one("#process-table").hidden = !this.#running;
    if (wanted && this.#timer === 0) {
      this.#timer = window.setInterval(() => void this.#load(), EVERY_MILLIS);
      void this.#load();
    } else if (!wanted) {
      clearInterval(this.#timer);
      this.#timer = 0;
    }
  }

  async #load(): Promise<void> {
    await attempt(async () => {
      reconcile(
        one("#processes"),
        await containers.processes(this.#id),
        ({ pid }) => String(pid),
        () => stamp("process-row"),
        fill,
      );
    });
  }
}

function fill(row: HTMLElement, process: Process): void {
  setText(row, "pid", String(process.pid));
  setText(row, "user", process.user);
  setText(row, "cpu", duration(process.cpuNanos / 1e9));
  setText(row, "memory", memory(process.memoryBytes));
  setText(row, "command", process.command);
}
