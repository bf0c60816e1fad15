/** One network: who is on it, joined and parted here. */
import type { Container, Endpoint, Network } from "../api";
import { containers, networks } from "../api";
import { ConnectForm, disconnect } from "../connecting";
import { glance, isRunning } from "../container-state";
import { all, copyText, localTimes, one, reconcile, setAttribute, setText, stamp } from "../dom";
import { fillPorts } from "../ports-view";
import type { News } from "../live";
import { live } from "../live";
import { addresses } from "../network-words";
import { announce, attempt } from "../notices";
import { removeNetwork } from "./networks";

/** A container on the network, and its place there. */
interface Member {
  container: Container;
  endpoint: Endpoint;
}

/** The page at work. */
export function networkPage(): void {
  const head = one("#network");
  const network: Pick<Network, "id" | "name"> = {
    id: head.dataset.id ?? "",
    name: head.dataset.name ?? "",
  };
  const body = one("#members");
  let members: Member[] = [];
  let removed = false;

  const load = async (news: readonly News[] = []): Promise<void> => {
    removed ||= news.some(({ id, action }) => id === network.id && action === "destroy");
    if (removed) {
      gone(head);
      return;
    }
    await attempt(async () => {
      const everybody = await containers.list();
      members = membersOf(network.id, everybody);
      reconcile(
        body,
        members,
        ({ container }) => container.id,
        () => stamp("member-row"),
        fill,
      );
      one("#no-members").hidden = members.length > 0;
      one("#member-table").hidden = members.length === 0;
      form.offer(others(network.id, everybody));
      document.body.dataset.ready = "true";
    });
  };
  const form = new ConnectForm((id, wanted) => networks.connect(network.id, id, wanted), load);

  body.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action=disconnect]") : null;
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const member = members.find(({ container }) => container.id === id);
    if (member) {
      const { container } = member;
      void disconnect(network, { ...container, running: isRunning(container) }).then(() => load());
    }
  });
  one("#remove-network").addEventListener("click", () => {
    void removeNetwork(network).then((done) => {
      if (done) {
        location.assign("/ui/networks");
      }
    });
  });
  one("#copy-id").addEventListener("click", (event) => {
    void copyText(event.currentTarget as HTMLElement, one("#full-id"));
  });
  localTimes();
  live(["network", "container"], load);
}

function membersOf(id: string, everybody: readonly Container[]): Member[] {
  return everybody.flatMap((container) => {
    const endpoint = container.networks.find(({ networkId }) => networkId === id);
    return endpoint ? [{ container, endpoint }] : [];
  });
}

/** Those that could join: not on it already, and neither without a network by their own wish nor on another's. */
export function others(id: string, everybody: readonly Container[]): Container[] {
  return everybody.filter(
    ({ networks: places, networkMode }) =>
      networkMode !== "host" &&
      networkMode !== "none" &&
      !networkMode.startsWith("container:") &&
      !places.some(({ networkId }) => networkId === id),
  );
}

function fill(row: HTMLElement, { container, endpoint }: Member): void {
  const { kind, label } = glance(container);
  setAttribute(one(".state", row), "data-kind", kind);
  setText(row, "state", label);
  setAttribute(one("[data-row-link]", row), "href", `/ui/containers/${container.id}`);
  setText(row, "name", container.name);
  setText(row, "addresses", addresses(endpoint) || "–");
  setText(row, "mac", endpoint.mac ?? "");
  setText(row, "names", endpoint.names.join(", "));
  fillPorts(one("[data-part=ports]", row), container.ports);
  setAttribute(
    one("[data-action=disconnect]", row),
    "aria-label",
    `Disconnect ${container.name} from ${endpoint.network}`,
  );
}

/** The network was removed while its page was open: what is on the page stays readable, nothing can be done any more. */
function gone(head: HTMLElement): void {
  one("#network-gone").hidden = false;
  one("#connect").hidden = true;
  for (const button of all("#remove-network, [data-action]", head.parentNode ?? document)) {
    button.hidden = true;
  }
  announce("This network has been removed");
}
