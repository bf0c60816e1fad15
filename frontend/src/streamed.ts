/** Answers that come bit by bit while the engine works: server-sent events or lines of a POST, which browsers' own reader cannot ask for. */
import { csrfToken, Problem, problemFrom, signInAgainIf } from "./http";

/** One event of a stream. */
export interface StreamedEvent {
  name: string;
  data: string;
}

/** Takes pieces of a stream as they come; gives the events that are complete. */
export class EventReader {
  private rest = "";

  take(piece: string): StreamedEvent[] {
    const blocks = (this.rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.map(eventFrom).filter((event) => event.data !== "");
  }
}

function eventFrom(block: string): StreamedEvent {
  let name = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) {
      name = line.slice(6).trim();
    } else if (line.startsWith("data:")) {
      data.push(line.slice(5).replace(/^ /, ""));
    }
  }
  return { name, data: data.join("\n") };
}

/**
 * Sends a request and gives each event of its answer to a listener. Ends when the stream does; fails with a Problem where the engine refuses,
 * or sends an event called error, or where the signal ends it.
 */
export async function stream(
  path: string,
  body: object,
  heard: (event: StreamedEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const events = new EventReader();
  await pieces(path, "text/event-stream", body, signal, (piece) => {
    for (const event of events.take(piece)) {
      if (event.name === "error") {
        throw problemFrom(500, event.data);
      }
      heard(event);
    }
  });
}

/** The same for an answer of lines of JSON. */
export async function lines(
  path: string,
  body: object,
  heard: (line: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let rest = "";
  await pieces(path, "application/x-ndjson", body, signal, (piece) => {
    const complete = (rest + piece).split("\n");
    rest = complete.pop() ?? "";
    for (const line of complete) {
      if (line !== "") {
        heard(JSON.parse(line));
      }
    }
  });
}

async function pieces(
  path: string,
  type: string,
  body: object,
  signal: AbortSignal,
  take: (piece: string) => void,
): Promise<void> {
  const form = body instanceof FormData;
  const headers: Record<string, string> = {
    Accept: `${type}, application/json`,
    "X-XSRF-TOKEN": csrfToken(document.cookie, location.port),
  };
  if (!form) {
    headers["Content-Type"] = "application/json";
  }
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers,
      credentials: "same-origin",
      body: form ? body : JSON.stringify(body),
      signal,
    });
    if (!answer.ok || !answer.body) {
      signInAgainIf(answer.status);
      throw problemFrom(answer.status, await answer.text());
    }
    const text = new TextDecoder();
    const source = answer.body.getReader();
    for (let piece = await source.read(); !piece.done; piece = await source.read()) {
      take(text.decode(piece.value, { stream: true }));
    }
  } catch (error) {
    if (error instanceof Problem) {
      throw error;
    }
    throw new Problem(0, signal.aborted ? "Cancelled." : "The connection to the engine broke off.");
  }
}
