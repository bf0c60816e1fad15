/** Requests to the engine: JSON in and out, the CSRF token sent back, and failures as one kind of error with a sentence. */

/** An answer that says what went wrong, made from problem details (RFC 9457) where the engine sent them. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The field of the request that is to blame, or empty. */
    readonly field = "",
  ) {
    super(message);
  }
}

interface ProblemDetails {
  title?: string;
  detail?: string;
  field?: string;
  message?: string;
  errors?: { field?: string; message?: string; detail?: string }[];
}

/** The token that proves that a request comes from our own page: its cookie has the page's port in its name, where there is one. */
export function csrfToken(cookies: string, port: string): string {
  const start = port === "" ? "XSRF-TOKEN=" : `XSRF-TOKEN-${port}=`;
  const cookie = cookies.split(/;\s*/).find((candidate) => candidate.startsWith(start));
  return cookie === undefined ? "" : decodeURIComponent(cookie.slice(start.length));
}

/** The problem that an answer's body tells of. */
export function problemFrom(status: number, body: string): Problem {
  let details: ProblemDetails = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (parsed !== null && typeof parsed === "object") {
      details = parsed;
    }
  } catch {
    // Not JSON: a proxy or the server itself answered. The status says what there is to say.
  }
  const first = details.errors?.[0];
  const sentence =
    first?.message ??
    first?.detail ??
    details.detail ??
    details.message ??
    details.title ??
    defaultSentence(status);
  return new Problem(status, asSentence(sentence), first?.field ?? details.field ?? "");
}

function defaultSentence(status: number): string {
  return status >= 500
    ? `The engine failed with status ${status}. Its log says why`
    : `The engine refused with status ${status}`;
}

/** The first letter large, a full stop at the end. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  const capital = /^[a-z]+(?:[ ,:']|$)/.test(trimmed)
    ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
    : trimmed;
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}

/** Sends a request; gives the answer's JSON, or undefined where there is none. */
export async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-XSRF-TOKEN"] = csrfToken(document.cookie, location.port);
  }
  const request: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let answer: Response;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new Problem(0, "The engine does not answer. Is it running?");
  }
  const text = await answer.text();
  if (!answer.ok) {
    signInAgainIf(answer.status);
    throw problemFrom(answer.status, text);
  }
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

let leaving = false;

/** The page is being left for good: requests that are refused from now on lead nowhere. */
export function leave(): void {
  leaving = true;
}

/** A session that has ended leads to the sign-in page. */
export function signInAgainIf(status: number): void {
  if (status === 401 && !leaving) {
    location.assign("/ui/sign-in");
  }
}

/** Sends a file as the request's body, telling how far it is; a browser can tell that of no other kind of request. */
export function send(
  method: "POST" | "PUT",
  path: string,
  type: string,
  file: Blob,
  progress: (sent: number) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-XSRF-TOKEN", csrfToken(document.cookie, location.port));
    request.setRequestHeader("Content-Type", type);
    request.upload.addEventListener("progress", (event) => {
      progress(event.loaded);
    });
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(request.responseText);
      } else {
        signInAgainIf(request.status);
        reject(problemFrom(request.status, request.responseText));
      }
    });
    request.addEventListener("error", () => {
      reject(new Problem(0, "The connection to the engine broke off."));
    });
    request.addEventListener("abort", () => {
      reject(new Problem(0, "Cancelled."));
    });
    signal.addEventListener("abort", () => {
      request.abort();
    });
    request.send(file);
  });
}
