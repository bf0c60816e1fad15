/** A container's networks on its own page: where it is, under which names, and the joining and parting. */
import type { Container, Endpoint, Network } from "./api";
import { networks } from "./api";
import { ConnectForm, disconnect } from "./connecting";
import { isRunning } from "./container-state";
import { element, one, reconcile, setAttribute, setText, stamp } from "./dom";
import { addresses, hasLinks, hues, withoutLinks } from "./network-words";
import { attempt } from "./notices";
import { fillPorts } from "./ports-view";

/** The part of a container's page that is on networks. */
export class ContainerNetworks {
  private readonly form: ConnectForm;
  private known: Network[] = [];
  private container: Container | null = null;

  /** @param changed shows the container anew after it was joined to a network or parted from one */
  constructor(id: string, changed: () => Promise<void>) {
    this.form = new ConnectForm((network, wanted) => networks.connect(network, id, wanted), changed);
    one("#places").addEventListener("click", (event) => {
      const button =
        event.target instanceof Element
          ? event.target.closest<HTMLElement>("[data-action=disconnect]")
          : null;
      const networkId = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
      const { container } = this;
      const place = container?.networks.find((candidate) => candidate.networkId === networkId);
      if (container && place) {
        void disconnect(
          { id: place.networkId, name: place.network },
          { ...container, running: isRunning(container) },
        ).then((done) => (done ? changed() : undefined));
      }
    });
  }

  /** The class of a network's colour. */
  hueOf(name: string): string {
    const network = this.known.find((candidate) => candidate.name === name);
    return (network && hues(this.known).get(network.id)) ?? "hue-none";
  }

  /** Asks which networks there are, and shows the container's. */
  async load(container: Container): Promise<void> {
    this.container = container;
    await attempt(async () => {
      this.known = await networks.list();
    });
    this.show(container);
  }

  private show(container: Container): void {
    const colours = hues(this.known);
    reconcile(
      one("#places"),
      container.networks,
      ({ networkId }) => networkId,
      () => stamp("place-row"),
      (row, place) => {
        fillPlace(row, place, container, colours.get(place.networkId) ?? "hue-none");
      },
    );
    const note = one("#no-places");
    note.hidden = container.networks.length > 0;
    note.textContent =
      `This container has ${withoutLinks(container.networkMode, (id) => id.slice(0, 12))}.`.replace(
        "has shares",
        "shares",
      );
    const own = !/^(host|none|container:.*)$/.test(container.networkMode);
    const on = new Set(container.networks.map(({ networkId }) => networkId));
    this.form.offer(own ? this.known.filter((network) => hasLinks(network) && !on.has(network.id)) : []);
    fillPorts(one("#ports"), container.ports);
    one("#ports-part").hidden = container.ports.length === 0;
    fillFacts(container.networks);
  }
}

function fillPlace(row: HTMLElement, place: Endpoint, container: Container, hue: string): void {
  setAttribute(one(".swatch", row), "class", `swatch ${hue}`);
  setAttribute(one("[data-part=network]", row), "href", `/ui/networks/${place.networkId}`);
  setText(row, "network", place.network);
  setText(
    row,
    "addresses",
    addresses(place) || (isRunning(container) ? "no address" : "an address when it starts"),
  );
  setText(
    row,
    "gateway",
    [place.gateway4, place.gateway6].filter((address) => address !== null).join(", ") || "–",
  );
  setText(row, "mac", place.mac ?? "–");
  setText(row, "names", place.names.join(", ") || "–");
  setText(row, "link", place.interfaceName ?? "–");
  const part = one("[data-action=disconnect]", row);
  setAttribute(part, "hidden", /^(host|none)$/.test(container.networkMode) ? "" : null);
  setAttribute(part, "aria-label", `Disconnect ${container.name} from ${place.network}`);
}

function fillFacts(places: readonly Endpoint[]): void {
  one("#network-facts").replaceChildren(
    ...places.flatMap((place) => [
      element("dt", {}, place.network),
      element("dd", { class: "mono" }, addresses(place) || "–"),
    ]),
  );
}
