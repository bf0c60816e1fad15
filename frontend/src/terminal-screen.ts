/** A terminal on the page, and its connection. Loaded when the first one is opened, as its library is large. */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import type { TerminalSize } from "./api";
import { styledDocument, withStyledSheets } from "./styled-document";
import { bytesOf, socketAddress } from "./terminal-words";

const SCROLLBACK_LINES = 10_000;
const SETTLE_MILLIS = 120;

/** Where a terminal's other end is, and how it is told of another size. */
export interface Line {
  path: string;
  resize: (size: TerminalSize) => Promise<unknown>;
}

/** One terminal: made in an empty element, and gone with {@link close}. */
export class TerminalScreen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #observer: ResizeObserver;
  #socket: WebSocket | null = null;
  #settling = 0;

  /** @param leave takes the focus away from the terminal, which keeps the keys for itself */
  constructor(place: HTMLElement, label: string, leave: () => void) {
    this.#terminal = new Terminal({
      documentOverride: styledDocument(),
      cursorBlink: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      fontSize: 13,
      scrollback: SCROLLBACK_LINES,
      screenReaderMode: true,
      theme: colours(place),
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.attachCustomKeyEventHandler((event) => {
      if (event.type === "keydown" && event.ctrlKey && event.key === "F6") {
        leave();
        return false;
      }
      return true;
    });
    withStyledSheets(() => {
      this.#terminal.open(place);
    });
    this.#terminal.textarea?.setAttribute("aria-label", label);
    this.#fit.fit();
    this.#observer = new ResizeObserver(() => {
      if (place.clientWidth > 0) {
        this.#fit.fit();
      }
    });
    this.#observer.observe(place);
  }

  /** Its size now. */
  get size(): TerminalSize {
    return { rows: this.#terminal.rows, columns: this.#terminal.cols };
  }

  /** Connects it; tells how the connection has ended. */
  connect(line: Line): Promise<CloseEvent> {
    const socket = new WebSocket(socketAddress(location, line.path));
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const send = (data: string | Uint8Array<ArrayBuffer>): void => {
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(data);
      }
    };
    const listening = [
      this.#terminal.onData(send),
      this.#terminal.onBinary((text) => {
        send(bytesOf(text));
      }),
      this.#terminal.onResize(() => {
        clearTimeout(this.#settling);
        this.#settling = window.setTimeout(() => {
          this.#tell(line, socket);
        }, SETTLE_MILLIS);
      }),
    ];
    socket.addEventListener("open", () => {
      this.#tell(line, socket);
      this.#terminal.focus();
    });
    socket.addEventListener("message", (message: MessageEvent<ArrayBuffer>) => {
      this.#terminal.write(new Uint8Array(message.data));
    });
    return new Promise((resolve) => {
      socket.addEventListener("close", (event) => {
        for (const listener of listening) {
          listener.dispose();
        }
        this.#terminal.options.cursorBlink = false;
        resolve(event);
      });
    });
  }

  #tell(line: Line, socket: WebSocket): void {
    if (socket.readyState === WebSocket.OPEN) {
      // What has no terminal, or has just ended, has no size: nothing is lost.
      line.resize(this.size).catch(() => undefined);
    }
  }

  /** Takes the focus. */
  focus(): void {
    this.#terminal.focus();
  }

  /** What it shows, for whoever wants it as text. */
  text(): string {
    const buffer = this.#terminal.buffer.active;
    return Array.from(
      { length: buffer.length },
      (_, at) => buffer.getLine(at)?.translateToString(true) ?? "",
    ).join("\n");
  }

  /** Ends the connection; what was shown stays. */
  hangUp(): void {
    this.#socket?.close(1000);
  }

  /** Ends the connection and takes the terminal off the page. */
  close(): void {
    this.hangUp();
    clearTimeout(this.#settling);
    this.#observer.disconnect();
    this.#terminal.dispose();
  }
}

/** Always dark, as programs expect it. */
function colours(place: HTMLElement): { background: string; foreground: string; cursor: string } {
  const style = getComputedStyle(place);
  return { background: style.backgroundColor, foreground: style.color, cursor: style.color };
}
