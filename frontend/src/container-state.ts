/** What a container's state means to people. Nothing here touches the page. */
import type { Container } from "./api";
import { ago, duration } from "./format";

/** A state at a glance: a kind for colour and shape, and words. */
export interface Glance {
  kind: "running" | "created" | "ended" | "failed" | "busy";
  label: string;
}

/** How a container is, in a word or two. */
export function glance(container: Container): Glance {
  switch (container.state.toLowerCase()) {
    case "running":
      return { kind: "running", label: "Running" };
    case "restarting":
      return { kind: "busy", label: "Restarting" };
    case "paused":
      return { kind: "busy", label: "Paused" };
    case "created":
      return container.error === ""
        ? { kind: "created", label: "Created" }
        : { kind: "failed", label: "Not started" };
    case "removing":
      return { kind: "busy", label: "Removing" };
    default:
      break;
  }
  if (container.oomKilled) {
    return { kind: "failed", label: "Out of memory" };
  }
  return container.exitCode === 0
    ? { kind: "ended", label: "Exited" }
    : { kind: "failed", label: `Exited ${container.exitCode}` };
}

/** Whether its process runs. */
export function isRunning(container: Container): boolean {
  return ["running", "paused"].includes(container.state.toLowerCase());
}

/** Since when it is so: `up 3 min 5 s`, `ended 2 h ago`, `created 5 s ago`. */
export function since(container: Container, now: Date): string {
  if (isRunning(container) && container.startedAt) {
    return `up ${duration((now.getTime() - new Date(container.startedAt).getTime()) / 1000)}`;
  }
  return container.finishedAt
    ? `ended ${ago(new Date(container.finishedAt), now)}`
    : `created ${ago(new Date(container.createdAt), now)}`;
}

/** Which containers a filter lets through. */
export interface Filter {
  text: string;
  state: "all" | "running" | "stopped";
}

/** Whether a container is shown: every word typed is in its name, id, image or command. */
export function matches(container: Container, filter: Filter): boolean {
  if (filter.state !== "all" && (filter.state === "running") !== isRunning(container)) {
    return false;
  }
  const where =
    `${container.name} ${container.id} ${container.image} ${container.command.join(" ")}`.toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word));
}
