/** One container: how it is, what it writes, whom it is connected to, and what made it. */
import { showAnatomy } from "../anatomy-view";
import type { Container } from "../api";
import { containers } from "../api";
import { act, fillActions } from "../container-actions";
import { ContainerNetworks } from "../container-networks";
import { glance, isRunning, since } from "../container-state";
import { all, copyText, localTimes, moment, one, setAttribute, setText } from "../dom";
import { Problem } from "../http";
import type { News } from "../live";
import { live, whileVisible } from "../live";
import { LogPane } from "../log-pane";
import { announce, attempt } from "../notices";
import { Panes } from "../panes";
import { fillPorts } from "../ports-view";
import { tabs } from "../tabs";
import { TrafficView } from "../traffic-view";

const TAIL = 1000;

/** The page at work. */
export function containerPage(): void {
  const head = one("#container");
  const id = head.dataset.id ?? "";
  const log = new LogPane(containers.logStream(id, TAIL));
  let known: Container | null = null;
  const panes = new Panes(id);
  let tab = "";
  let anatomyOf: string | null = null;

  const show = (container: Container): void => {
    const { kind, label } = glance(container);
    setAttribute(one(".state", head), "data-kind", kind);
    setText(head, "name", container.name);
    setText(head, "state", label);
    setText(head, "since", since(container, new Date()));
    fillActions(head, container);
    showFacts(container);
  };

  const anatomy = async (): Promise<void> => {
    const latest = known?.startedAt ?? null;
    one("#anatomy-none").hidden = latest !== null;
    one("#anatomy-all").hidden = latest === null;
    if (tab === "anatomy" && latest !== null && latest !== anatomyOf) {
      await attempt(async () => {
        showAnatomy(id, await containers.anatomy(id));
        anatomyOf = latest;
      });
    }
  };

  /** Counters are read only while somebody looks at those of a container that runs. */
  const traffic = (): void => {
    const running = known !== null && isRunning(known);
    one("#traffic-part").hidden = !running;
    if (running && tab === "network" && !document.hidden) {
      meter.open();
    } else {
      meter.close();
    }
  };

  const load = async (news: readonly News[] = []): Promise<void> => {
    if (news.some((item) => item.id === id && item.action === "destroy")) {
      gone(head);
      log.close();
      meter.close();
      return;
    }
    try {
      const next = await containers.get(id);
      const startedAnew = known !== null && next.startedAt !== known.startedAt;
      if (known && glance(known).label !== glance(next).label) {
        announce(`${next.name}: ${glance(next).label}`);
      }
      known = next;
      show(next);
      if (startedAnew) {
        log.open();
      }
      panes.changed(next);
      await Promise.all([anatomy(), places.load(next)]);
      traffic();
      document.body.dataset.ready = "true";
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      if (error.status === 404) {
        gone(head);
        log.close();
        meter.close();
      }
    }
  };
  const places = new ContainerNetworks(id, load);
  const meter = new TrafficView(id, (network) => places.hueOf(network));

  head.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
    if (button?.id === "copy-id") {
      void copyText(button, one("#full-id"));
    } else if (button?.dataset.action !== undefined && known) {
      const removing = button.dataset.action === "remove";
      void act(button, known).then((done) => {
        if (done && removing) {
          location.assign("/ui/containers");
        }
      });
    }
  });
  tabs(`/ui/containers/${head.dataset.reference ?? id}`, (name) => {
    tab = name;
    panes.show(name);
    void anatomy();
    traffic();
  });
  one("#fold").addEventListener("click", () => {
    const stages = all<HTMLDetailsElement>("#anatomy-groups details");
    const open = !stages.some((stage) => stage.open);
    for (const stage of stages) {
      stage.open = open;
    }
  });
  setInterval(() => {
    if (known && isRunning(known)) {
      setText(head, "since", since(known, new Date()));
    }
  }, 1000);
  localTimes();
  whileVisible(() => {
    log.open();
    return () => {
      log.close();
    };
  });
  whileVisible(() => {
    traffic();
    return () => {
      meter.close();
    };
  });
  live(["container", "network"], load);
}

function showFacts(container: Container): void {
  setText(document, "started", container.startedAt ? moment(container.startedAt) : "–");
  setText(document, "finished", container.finishedAt ? moment(container.finishedAt) : "–");
  fillPorts(one("#port-facts"), container.ports);
  setText(document, "exit", isRunning(container) || !container.finishedAt ? "–" : String(container.exitCode));
  const error = one("#start-error");
  error.hidden = container.error === "";
  error.textContent = container.error;
}

/** The container was removed while its page was open: what is on the page stays readable, nothing can be done any more. */
function gone(head: HTMLElement): void {
  setAttribute(one(".state", head), "data-kind", "ended");
  setText(head, "state", "Removed");
  setText(head, "since", "");
  for (const button of all("[data-action]", head)) {
    button.hidden = true;
  }
  announce("This container has been removed");
}
