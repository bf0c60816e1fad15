/** The list of containers, which changes by itself as they come and go. */
import type { Container } from "../api";
import { containers } from "../api";
import { act, fillActions } from "../container-actions";
import type { Filter } from "../container-state";
import { glance, isRunning, matches, since } from "../container-state";
import { all, one, reconcile, setAttribute, setText, stamp } from "../dom";
import { counted, shortId } from "../format";
import { live } from "../live";
import { announce, attempt } from "../notices";
import { fillPorts } from "../ports-view";
import { joinWords } from "../words";

const FIRST_SHOWN = 200;

/** The list at work. */
export function containersPage(): void {
  const body = one("#containers");
  const filter: Filter = { text: "", state: "all" };
  let known: Container[] = [];
  let loaded = false;
  let most = FIRST_SHOWN;

  const fill = (row: HTMLElement, container: Container): void => {
    const { kind, label } = glance(container);
    const badge = one(".state", row);
    setAttribute(badge, "data-kind", kind);
    setText(row, "state", label);
    setAttribute(badge, "title", container.error === "" ? null : container.error);
    const link = one("[data-row-link]", row);
    setAttribute(link, "href", `/ui/containers/${container.id}`);
    setText(row, "name", container.name);
    setText(row, "id", shortId(container.id));
    setText(row, "image", container.image);
    const command = joinWords(container.command);
    setText(row, "command", command);
    setAttribute(one('[data-part="command"]', row), "title", command);
    setText(row, "since", since(container, new Date()));
    fillPorts(one("[data-part=ports]", row), container.ports);
    fillActions(row, container);
  };

  const show = (): void => {
    const matching = known.filter((container) => matches(container, filter));
    reconcile(
      body,
      matching.slice(0, most),
      (container) => container.id,
      (container) => {
        const row = stamp("container-row");
        row.classList.toggle("arrived", loaded && known.includes(container));
        return row;
      },
      fill,
    );
    const running = known.filter(isRunning).length;
    one("#count-all").textContent = String(known.length);
    one("#count-running").textContent = String(running);
    one("#count-stopped").textContent = String(known.length - running);
    one("#no-containers").hidden = known.length > 0;
    one("#no-matches").hidden = known.length === 0 || matching.length > 0;
    one("#container-table").hidden = matching.length === 0;
    const more = one("#more");
    more.hidden = matching.length <= most;
    more.textContent = `Show all ${matching.length}`;
  };

  const load = async (): Promise<void> => {
    await attempt(async () => {
      const next = await containers.list();
      if (loaded) {
        tellChanges(known, next);
      }
      known = next;
      show();
      loaded = true;
      document.body.dataset.ready = "true";
    });
  };

  body.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-action]") : null;
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const container = known.find((candidate) => candidate.id === id);
    if (button && container) {
      void act(button, container).then(load);
    }
  });
  one<HTMLInputElement>("#filter").addEventListener("input", (event) => {
    filter.text = (event.target as HTMLInputElement).value.trim();
    show();
  });
  for (const choice of all<HTMLInputElement>("input[name=state]")) {
    choice.addEventListener("change", () => {
      filter.state = choice.value as Filter["state"];
      show();
    });
  }
  one("#more").addEventListener("click", () => {
    most = Number.MAX_SAFE_INTEGER;
    show();
  });
  setInterval(() => {
    if (!document.hidden) {
      tick(body, known);
    }
  }, 1000);
  live(["container", "network"], load);
}

/** Lets the clocks of the rows on show go on. */
function tick(body: HTMLElement, known: readonly Container[]): void {
  const byId = new Map(known.map((container) => [container.id, container]));
  const now = new Date();
  for (const row of all("[data-id]", body)) {
    const container = byId.get(row.dataset.id ?? "");
    if (container) {
      setText(row, "since", since(container, now));
    }
  }
}

function tellChanges(before: readonly Container[], after: readonly Container[]): void {
  const sentence = changes(before, after);
  if (sentence !== "") {
    announce(sentence);
  }
}

/** What has changed between two lists, for those who listen instead of looking; at most three things by name. */
export function changes(before: readonly Container[], after: readonly Container[]): string {
  const old = new Map(before.map((container) => [container.id, container]));
  const told: string[] = [];
  for (const container of after) {
    const was = old.get(container.id);
    old.delete(container.id);
    if (!was || glance(was).label !== glance(container).label) {
      told.push(`${container.name}: ${glance(container).label}`);
    }
  }
  told.push(...[...old.values()].map((container) => `${container.name}: removed`));
  return told.length > 3 ? `${counted(told.length, "container")} changed` : told.join(", ");
}
