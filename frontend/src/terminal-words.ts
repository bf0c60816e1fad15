/** What happens to terminals, in words. Nothing here touches the page. */

const NORMAL = 1000;

/** Why a terminal's connection has ended. */
export function farewell(code: number, reason: string): string {
  const exit = /^exit code (\d+)$/.exec(reason)?.[1];
  if (exit !== undefined) {
    return exit === "0" ? "The program has ended." : `The program has ended with exit code ${exit}.`;
  }
  if (reason !== "") {
    return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
  }
  return code === NORMAL ? "Closed." : "The connection to the engine broke off.";
}

/** The address of a WebSocket on the server that a page is from. */
export function socketAddress(page: { protocol: string; host: string }, path: string): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}${path}`;
}

/** What a terminal calls binary: a character for each byte. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
}
