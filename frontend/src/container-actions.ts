/** What can be done to a container from its buttons, in the list and on its own page alike. */
import type { Container } from "./api";
import { containers } from "./api";
import { confirmed } from "./confirm";
import { isRunning } from "./container-state";
import { one, setAttribute } from "./dom";
import { attempt, notice } from "./notices";

/** Shows the buttons that fit the container's state. */
export function fillActions(within: ParentNode, container: Container): void {
  const running = isRunning(container);
  const shown: Record<string, boolean> = { start: !running, stop: running, kill: running, remove: true };
  for (const [action, visible] of Object.entries(shown)) {
    const button = one(`[data-action="${action}"]`, within);
    setAttribute(button, "hidden", visible ? null : "");
    setAttribute(
      button,
      "aria-label",
      `${action.charAt(0).toUpperCase()}${action.slice(1)} ${container.name}`,
    );
  }
}

/** Does what a button says; true when it was done. */
export async function act(button: HTMLButtonElement, container: Container): Promise<boolean> {
  const work = await chosen(button.dataset.action ?? "", container);
  if (!work) {
    return false;
  }
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    return await attempt(work);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

async function chosen(action: string, container: Container): Promise<(() => Promise<unknown>) | null> {
  const { id, name } = container;
  switch (action) {
    case "start":
      return () => containers.start(id);
    case "stop":
      return () => containers.stop(id);
    case "kill":
      return () => containers.kill(id);
    case "remove": {
      const agreed = await confirmed(
        `Remove ${name}?`,
        isRunning(container)
          ? "It is running: it will be killed, and its files and its log will be lost."
          : "Its files and its log will be lost.",
        "Remove",
      );
      return agreed
        ? async () => {
            await containers.remove(id);
            notice(`${name} is removed.`);
          }
        : null;
    }
    default:
      return null;
  }
}
