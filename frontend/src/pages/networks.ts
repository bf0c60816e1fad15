/** All networks: a picture of who is connected to what, and the list. */
import type { Container, Network } from "../api";
import { containers, networks } from "../api";
import { confirmed } from "../confirm";
import { glance } from "../container-state";
import { element, one, reconcile, setAttribute, setText, stamp } from "../dom";
import { counted, shortId } from "../format";
import { live } from "../live";
import { described, layOut } from "../network-map";
import { drawPicture, highlight, mark } from "../network-picture";
import { lanesOf, rows } from "../network-rows";
import { addresses, driverWord, hues, portSigns, reach, subnets } from "../network-words";
import { announce, attempt, notice } from "../notices";

/** The page at work. */
export function networksPage(): void {
  const place = one("#picture");
  const body = one("#networks");
  const unfolded = new Set<string>();
  let known: Network[] = [];
  let members: Container[] = [];
  let loaded = false;

  const draw = (): void => {
    const lanes = lanesOf(known, members);
    const list = rows(lanes, members, unfolded);
    const nothing = lanes.length === 0 && members.length === 0;
    one("#no-picture").hidden = !nothing;
    place.hidden = nothing;
    if (!nothing) {
      const map = layOut(lanes, hues(known), list, place.clientWidth, location.hostname);
      const title = `${counted(lanes.length, "network")}, ${counted(members.length, "container")}`;
      drawPicture(place, map, title, described(lanes, members));
    }
  };

  const show = (): void => {
    const colours = hues(known);
    reconcile(
      body,
      known,
      ({ id }) => id,
      (network) => {
        const row = stamp("network-row");
        row.classList.toggle("arrived", loaded && known.includes(network));
        return row;
      },
      (row, network) => {
        fillRow(row, network, colours.get(network.id) ?? "hue-none");
      },
    );
    one("#prune").hidden = !known.some((network) => !network.predefined && network.containers === 0);
    fillTable(members);
    draw();
  };

  const load = async (): Promise<void> => {
    await attempt(async () => {
      const [nextNetworks, nextContainers] = await Promise.all([networks.list(), containers.list()]);
      if (loaded) {
        announce(changes(known, nextNetworks));
      }
      known = nextNetworks;
      members = nextContainers;
      show();
      loaded = true;
      document.body.dataset.ready = "true";
    });
  };

  place.addEventListener("click", (event) => {
    const fold = event.target instanceof Element ? event.target.closest<SVGElement>("[data-fold]") : null;
    const key = fold?.dataset.fold;
    if (key !== undefined) {
      event.preventDefault();
      if (!unfolded.delete(key)) {
        unfolded.add(key);
      }
      draw();
    }
  });
  body.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action=remove]") : null;
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const network = known.find((candidate) => candidate.id === id);
    if (network) {
      void removeNetwork(network).then(load);
    }
  });
  for (const [type, on] of [
    ["pointerover", true],
    ["pointerout", false],
  ] as const) {
    body.addEventListener(type, (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-id]") : null;
      mark(place, on ? (row?.dataset.id ?? null) : null, null);
    });
  }
  one("#prune").addEventListener("click", () => {
    void prune(known).then(load);
  });
  highlight(place);
  let width = 0;
  new ResizeObserver(() => {
    if (loaded && place.clientWidth !== width && place.clientWidth > 0) {
      width = place.clientWidth;
      draw();
    }
  }).observe(place);
  live(["network", "container"], load);
}

function fillRow(row: HTMLElement, network: Network, hue: string): void {
  setAttribute(one(".swatch", row), "class", `swatch ${hue}`);
  setAttribute(one("[data-row-link]", row), "href", `/ui/networks/${network.id}`);
  setText(row, "name", network.name);
  setText(row, "id", shortId(network.id));
  setText(row, "driver", driverWord(network));
  setText(row, "subnets", subnets(network));
  setText(row, "reach", reach(network));
  setText(row, "containers", String(network.containers));
  const remove = one("[data-action=remove]", row);
  setAttribute(remove, "hidden", network.predefined ? "" : null);
  setAttribute(remove, "aria-label", `Remove ${network.name}`);
}

/** The picture again, for those who read instead. */
function fillTable(members: readonly Container[]): void {
  one("#connections").replaceChildren(
    ...members.map((container) =>
      element(
        "tr",
        { role: "row" },
        element(
          "th",
          { role: "rowheader", scope: "row", class: "c-name" },
          element("a", { href: `/ui/containers/${container.id}` }, container.name),
        ),
        element("td", { role: "cell" }, glance(container).label),
        element(
          "td",
          { role: "cell" },
          container.networks
            .map((endpoint) => `${endpoint.network} ${addresses(endpoint)}`.trim())
            .join("; ") || "–",
        ),
        element(
          "td",
          { role: "cell" },
          portSigns(container.ports, location.hostname)
            .map(({ text }) => text)
            .join(", ") || "–",
        ),
      ),
    ),
  );
}

/** What has come and gone, for those who listen instead of looking. */
export function changes(before: readonly Network[], after: readonly Network[]): string {
  const was = new Map(before.map((network) => [network.id, network]));
  const told: string[] = [];
  for (const network of after) {
    const old = was.get(network.id);
    was.delete(network.id);
    if (!old) {
      told.push(`${network.name}: created`);
    } else if (old.containers !== network.containers) {
      told.push(`${network.name}: ${counted(network.containers, "container")}`);
    }
  }
  told.push(...[...was.values()].map(({ name }) => `${name}: removed`));
  return told.length > 3 ? `${counted(told.length, "network")} changed` : told.join(", ");
}

/** Asks and removes a network; true when that was done. */
export async function removeNetwork(network: Pick<Network, "id" | "name">): Promise<boolean> {
  const agreed = await confirmed(
    `Remove ${network.name}?`,
    "Its addresses and names become free. Containers must leave it before.",
    "Remove",
  );
  return (
    agreed &&
    (await attempt(async () => {
      await networks.remove(network.id);
      notice(`${network.name} is removed.`);
    }))
  );
}

async function prune(known: readonly Network[]): Promise<void> {
  const unused = known.filter((network) => !network.predefined && network.containers === 0);
  const agreed = await confirmed(
    `Remove ${counted(unused.length, "unused network")}?`,
    `No container is on ${unused.length === 1 ? "it" : "them"}: ${unused.map(({ name }) => name).join(", ")}.`,
    "Remove",
  );
  if (agreed) {
    await attempt(async () => {
      const gone = await networks.prune();
      notice(`${counted(gone.length, "network")} removed.`);
    });
  }
}
