/** What can be done to a container from its buttons, in the list and on its own page alike. */
import type { Container } from "./api";
import { containers } from "./api";
import { asked } from "./ask";
import { confirmed } from "./confirm";
import { isRunning } from "./container-state";
import { all, setAttribute } from "./dom";
import { attempt, notice } from "./notices";

/** Shows the buttons that fit the container's state. */
export function fillActions(within: ParentNode, container: Container): void {
  for (const button of all("[data-action]", within)) {
    const visible = fits(button.dataset.action ?? "", container);
    setAttribute(button, "hidden", visible ? null : "");
    setAttribute(button, "aria-label", `${button.title} ${container.name}`);
  }
}

/** Whether something can be done to a container as it is. */
export function fits(action: string, container: Container): boolean {
  const running = isRunning(container);
  const paused = container.state === "paused";
  const restarting = container.state === "restarting";
  switch (action) {
    case "start":
      return !running && !restarting;
    case "stop":
      return running || restarting;
    case "restart":
    case "kill":
      return running;
    case "pause":
      return running && !paused;
    case "unpause":
      return paused;
    default:
      return true;
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
    case "restart":
      return () => containers.restart(id);
    case "pause":
      return () => containers.pause(id);
    case "unpause":
      return () => containers.unpause(id);
    case "rename": {
      const wanted = await asked(`Rename ${name}`, "New name", name, "Rename");
      return wanted === null || wanted === name ? null : () => containers.rename(id, wanted);
    }
    case "commit": {
      const wanted = await asked(`Make an image of ${name}`, "Name of the image", `${name}:latest`, "Make");
      return wanted === null
        ? null
        : async () => {
            const made = await containers.commit(id, wanted);
            notice(`${made.names[0] ?? wanted} has what ${name} has written so far.`);
          };
    }
    case "snapshot": {
      const wanted = await asked(
        `Make a snapshot of ${name}`,
        "Name of the snapshot",
        `${name}-snapshot`,
        "Make",
      );
      return wanted === null
        ? null
        : async () => {
            await containers.snapshot(id, wanted);
            notice(`${wanted} keeps ${name} as it is now. Copies are made on the page of snapshots.`);
          };
    }
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
