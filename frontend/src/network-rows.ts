/** Which containers the picture of networks shows one by one, and which together. Nothing here touches the page. */
import type { Container, Network } from "./api";
import { isRunning } from "./container-state";
import { hasLinks } from "./network-words";

/** As many containers are shown one by one. */
export const MOST_SINGLE = 40;
/** As many of a large group that is folded stay visible. */
const SAMPLE = 3;

/** One container, or several with the same networks that are folded into one. */
export interface Row {
  key: string;
  /** The ids of its networks, in the order of the lanes. */
  lanes: string[];
  containers: Container[];
  /** What a group is called; empty for a single container. */
  group: string;
  /** Whether it heads a group that is unfolded. */
  open: boolean;
}

/** The networks that get a lane: all with links, but no predefined one that nobody is on. */
export function lanesOf(networks: readonly Network[], containers: readonly Container[]): Network[] {
  const used = new Set(
    containers.flatMap((container) => container.networks.map(({ networkId }) => networkId)),
  );
  return networks.filter((network) => hasLinks(network) && (!network.predefined || used.has(network.id)));
}

/**
 * The rows of the picture, neighbours of one network together. Up to forty containers each have their own; beyond that, stopped ones
 * with the same networks are folded into one, and if that is not enough, running ones too.
 */
export function rows(
  lanes: readonly Network[],
  containers: readonly Container[],
  unfolded: ReadonlySet<string>,
): Row[] {
  const order = new Map(lanes.map((lane, at) => [lane.id, at]));
  const singles = containers.map((container) => single(container, order)).sort(byPlace(order));
  if (containers.length <= MOST_SINGLE) {
    return singles;
  }
  const stopped = fold(singles, "stopped", (row) => !row.containers.every(isRunning), 0, unfolded);
  const visible = stopped.filter((row) => row.group === "" && row.containers.every(isRunning)).length;
  return visible <= MOST_SINGLE
    ? stopped
    : fold(stopped, "more", (row) => row.group === "" && row.containers.every(isRunning), SAMPLE, unfolded);
}

function single(container: Container, order: ReadonlyMap<string, number>): Row {
  const lanes = container.networks
    .map(({ networkId }) => networkId)
    .filter((id) => order.has(id))
    .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return { key: container.id, lanes, containers: [container], group: "", open: false };
}

/** By where its lanes are on the average, so that lanes are short and wires cross few of them; those without lanes come last. */
function byPlace(order: ReadonlyMap<string, number>): (a: Row, b: Row) => number {
  const middle = (row: Row): number =>
    row.lanes.length === 0
      ? Number.MAX_SAFE_INTEGER
      : row.lanes.reduce((sum, id) => sum + (order.get(id) ?? 0), 0) / row.lanes.length;
  const first = (row: Row): number => order.get(row.lanes[0] ?? "") ?? 0;
  const stopped = (row: Row): number => Number(!row.containers.every(isRunning));
  const name = (row: Row): string => row.containers[0]?.name ?? "";
  return (a, b) =>
    middle(a) - middle(b) ||
    first(a) - first(b) ||
    a.lanes.length - b.lanes.length ||
    stopped(a) - stopped(b) ||
    name(a).localeCompare(name(b), "en", { numeric: true });
}

/** Folds the rows that are meant and have the same networks, except the first few of each; the rest stays where it is. */
function fold(
  all: readonly Row[],
  word: string,
  meant: (row: Row) => boolean,
  sample: number,
  unfolded: ReadonlySet<string>,
): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of all.filter(meant)) {
    const key = `${word} ${row.lanes.join(" ")}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const result: Row[] = [];
  for (const row of all) {
    const key = `${word} ${row.lanes.join(" ")}`;
    const group = meant(row) ? (groups.get(key) ?? []) : [];
    const folded = group.slice(sample);
    if (folded.length < 2 || !folded.includes(row)) {
      result.push(row);
      continue;
    }
    const open = unfolded.has(key);
    if (row === folded[0]) {
      result.push({
        key,
        lanes: row.lanes,
        containers: folded.flatMap((member) => member.containers),
        group: `${folded.length} ${word}`,
        open,
      });
    }
    if (open) {
      result.push(row);
    }
  }
  return result;
}
