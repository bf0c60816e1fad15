/** News from the engine as it happens, and whether they come. */
import { one } from "./dom";

const RETRY_MILLIS = 2000;
const TOGETHER_MILLIS = 150;

/** What happened, as the engine's event stream tells it. */
export interface News {
  type: string;
  action: string;
  id: string;
}

/**
 * Calls back at once, soon after anything of these types happens, several happenings together, and after every connection, as something
 * may have been missed.
 */
export function live(types: readonly string[], changed: (news: readonly News[]) => Promise<void>): void {
  let waiting: News[] = [];
  let timer = 0;
  let running = false;

  const run = async (): Promise<void> => {
    timer = 0;
    if (running) {
      schedule();
      return;
    }
    running = true;
    const news = waiting;
    waiting = [];
    try {
      await changed(news);
    } finally {
      running = false;
    }
  };
  const schedule = (): void => {
    if (timer === 0) {
      timer = window.setTimeout(() => void run(), TOGETHER_MILLIS);
    }
  };
  const heard = (message: MessageEvent<string>): void => {
    const news = newsFrom(message.data);
    if (types.includes(news.type)) {
      waiting.push(news);
      schedule();
    }
  };
  one("#live").hidden = false;
  void run();
  whileVisible(() => listen(types, heard, schedule));
}

/** Opens the event stream, again and again when it breaks off; gives what ends that. */
function listen(
  types: readonly string[],
  heard: (message: MessageEvent<string>) => void,
  connected: () => void,
): () => void {
  let source: EventSource | null = null;
  let retry = 0;
  const connect = (): void => {
    source = new EventSource("/api/events");
    source.addEventListener("open", () => {
      show(true);
      connected();
    });
    source.addEventListener("error", () => {
      show(false);
      if (source?.readyState === EventSource.CLOSED) {
        connected();
        retry = window.setTimeout(connect, RETRY_MILLIS);
      }
    });
    for (const type of ["message", ...types]) {
      source.addEventListener(type, heard);
    }
  };
  connect();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

/**
 * Keeps something open only while the page can be seen. A browser opens six connections to a server at most, all tabs together: streams of
 * hidden tabs would leave none for the one that is looked at.
 */
export function whileVisible(open: () => () => void): void {
  let close: (() => void) | null = null;
  const follow = (): void => {
    if (document.hidden) {
      close?.();
      close = null;
    } else {
      close ??= open();
    }
  };
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", () => {
    close?.();
    close = null;
  });
  window.addEventListener("pageshow", follow);
  follow();
}

/** What a message of the event stream says. */
export function newsFrom(data: string): News {
  const parsed = JSON.parse(data) as { type?: string; action?: string; id?: string; actorId?: string };
  return { type: parsed.type ?? "", action: parsed.action ?? "", id: parsed.id ?? parsed.actorId ?? "" };
}

function show(connected: boolean): void {
  const sign = one("#live");
  sign.dataset.state = connected ? "live" : "waiting";
  one("[data-part=label]", sign).textContent = connected ? "Live" : "Reconnecting";
}
