/** A container's log as it grows: a bounded number of lines, standard error told apart, and a view that follows the end. */
import { pieces } from "./ansi";
import { element, one } from "./dom";
import { counted } from "./format";
import type { Line, Stream } from "./log-lines";
import { LineAssembler } from "./log-lines";

/** How many lines the page keeps; older ones are in the log itself. */
export const MOST_LINES = 5000;
const RETRY_MILLIS = 1500;

/** A record of the log as the stream sends it. */
interface LogMessage {
  stream: Stream;
  text: string;
  time: string;
}

/** The pane at work; one per page. */
export class LogPane {
  readonly #lines = one("#log-lines");
  readonly #pane = one("#log");
  readonly #follow = one<HTMLInputElement>("#follow");
  readonly #streamPath: string;
  #assembler = new LineAssembler();
  #waiting: Line[] = [];
  #dropped = 0;
  #retry = 0;
  #source: EventSource | null = null;

  constructor(streamPath: string) {
    this.#streamPath = streamPath;
    this.#follow.addEventListener("change", () => {
      this.#toEnd();
    });
    this.#pane.addEventListener("scroll", () => {
      this.#followOnlyAtEnd();
    });
    for (const [id, style] of [
      ["#times", "with-times"],
      ["#wrap", "wrapped"],
    ] as const) {
      const box = one<HTMLInputElement>(id);
      const apply = (): void => {
        this.#pane.classList.toggle(style, box.checked);
        this.#toEnd();
      };
      box.addEventListener("change", apply);
      apply();
    }
  }

  /** Reads the log from its end so far on, and on; again from the start when called again. */
  open(): void {
    this.close();
    this.#lines.replaceChildren();
    this.#assembler = new LineAssembler();
    this.#waiting = [];
    this.#dropped = 0;
    const source = new EventSource(this.#streamPath);
    this.#source = source;
    const heard = (message: MessageEvent<string>): void => {
      const { stream, text, time } = JSON.parse(message.data) as LogMessage;
      this.#add(this.#assembler.add(stream, text, time));
    };
    source.addEventListener("message", heard);
    source.addEventListener("log", heard);
    source.addEventListener("end", () => {
      this.#add(this.#assembler.finish());
      this.close();
    });
    source.addEventListener("error", () => {
      // A stream that breaks off is read anew, as the browser would otherwise go on with lines doubled.
      if (this.#source === source) {
        this.close();
        this.#retry = window.setTimeout(() => {
          this.open();
        }, RETRY_MILLIS);
      }
    });
  }

  /** Stops reading. */
  close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }

  #add(lines: Line[]): void {
    if (lines.length === 0) {
      return;
    }
    if (this.#waiting.length === 0) {
      setTimeout(() => {
        this.#show();
      }, 30);
    }
    this.#waiting.push(...lines);
    if (this.#waiting.length > MOST_LINES) {
      this.#dropped += this.#waiting.length - MOST_LINES;
      this.#waiting = this.#waiting.slice(-MOST_LINES);
    }
  }

  #show(): void {
    this.#lines.append(...this.#waiting.map(shown));
    this.#waiting = [];
    while (this.#lines.childElementCount > MOST_LINES) {
      this.#lines.firstElementChild?.remove();
      this.#dropped++;
    }
    const note = one("#log-dropped");
    note.hidden = this.#dropped === 0;
    note.textContent = `${counted(this.#dropped, "earlier line")} not shown`;
    one("#log-empty").hidden = this.#lines.childElementCount > 0;
    this.#toEnd();
  }

  #toEnd(): void {
    if (this.#follow.checked) {
      this.#pane.scrollTop = this.#pane.scrollHeight;
    }
  }

  #followOnlyAtEnd(): void {
    const atEnd = this.#pane.scrollHeight - this.#pane.scrollTop - this.#pane.clientHeight < 24;
    if (!atEnd || this.#pane.scrollHeight > this.#pane.clientHeight) {
      this.#follow.checked = atEnd;
    }
  }
}

function shown(line: Line): HTMLElement {
  const text = element("span", { class: "log-text" });
  for (const piece of pieces(line.text)) {
    text.append(
      piece.styles.length === 0 ? piece.text : element("span", { class: piece.styles.join(" ") }, piece.text),
    );
  }
  const row = element("div", { class: "log-line", "data-stream": line.stream });
  row.append(element("time", { datetime: line.time }, line.time.slice(11, 23)));
  if (line.stream === "stderr") {
    row.append(element("span", { class: "log-stream", title: "Standard error" }, "err"));
  }
  row.append(text);
  return row;
}
