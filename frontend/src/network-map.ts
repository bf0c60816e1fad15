/**
 * Where everything is in the picture of networks: containers are rows, networks are lanes beside them, the border of the host is at the left
 * and above. Nothing here touches the page.
 */
import type { Container, Network } from "./api";
import { glance, isRunning } from "./container-state";
import type { Row } from "./network-rows";
import type { PortSign } from "./network-words";
import { address, portSigns, subnets, withoutLinks } from "./network-words";

const MARGIN = 14;
const NARROW = 620;
const BORDER_Y = 20;
const LANE_TOP = 80;
const FIRST_ROW = 92;
const WIRE_STEP = 13;
const PLUG_STEP = 23;
const MOST_PLUGS = 4;
const MANY_ROWS = 14;
const MONO = 6.7;
const SANS = 8.3;
const SMALL_SANS = 6.7;

/** A network. */
export interface Lane {
  id: string;
  name: string;
  detail: string;
  hue: string;
  internal: boolean;
  x: number;
  bottom: number;
}

/** The line from a container to one of its networks. */
export interface Wire {
  lane: string;
  hue: string;
  y: number;
  to: number;
  label: string;
}

/** A published port at the host's border. */
export interface Plug extends PortSign {
  y: number;
  width: number;
}

/** A container, or a group of them. */
export interface Node {
  key: string;
  name: string;
  title: string;
  detail: string;
  kind: string;
  running: boolean;
  /** Where its page is; null for a group. */
  href: string | null;
  group: boolean;
  open: boolean;
  y: number;
  /** Why no line leads to a network; empty where one does. */
  note: string;
  /** Whether it has the host's own network. */
  onHost: boolean;
  wires: Wire[];
  plugs: Plug[];
}

/** The whole picture. */
export interface NetworkMap {
  width: number;
  height: number;
  borderX: number;
  borderY: number;
  cardX: number;
  cardWidth: number;
  cardHeight: number;
  laneTop: number;
  lanes: Lane[];
  nodes: Node[];
}

/** Lays the picture out in the width there is; it becomes wider where the lanes need that. */
export function layOut(
  networks: readonly Network[],
  hueOf: ReadonlyMap<string, string>,
  list: readonly Row[],
  width: number,
  pageHost: string,
): NetworkMap {
  const narrow = width < NARROW;
  const signs = list.map((row) => plugSigns(row, pageHost, narrow));
  const longest = Math.max(0, ...signs.flat().map(({ text }) => text.length));
  const borderX = MARGIN + (longest === 0 ? 0 : Math.round(longest * MONO + 18));
  const cardX = borderX + (narrow ? 20 : 46);
  const cardWidth = narrow ? 108 : 196;
  const pitch = pitchOf(width - cardX - cardWidth - MARGIN, networks.length, narrow);
  const laneX = (at: number): number => Math.round(cardX + cardWidth + pitch * (at + 1));
  const small = list.length > MANY_ROWS || narrow;
  const names = new Map(
    list.flatMap((row) => row.containers).map((container) => [container.id, container.name]),
  );

  const lanes = networks.map((network, at) => ({
    id: network.id,
    name: fit(network.name, pitch - 10, SANS),
    detail: fit(subnets(network), pitch - 6, MONO),
    hue: hueOf.get(network.id) ?? "hue-none",
    internal: network.internal,
    x: laneX(at),
    bottom: FIRST_ROW + 24,
  }));
  const laneOf = new Map(lanes.map((lane) => [lane.id, lane]));
  const nodes: Node[] = [];
  let top = FIRST_ROW;
  list.forEach((row, at) => {
    const plugs = signs[at] ?? [];
    const height = rowHeight(row.lanes.length, plugs.length, small);
    const y = Math.round(top + height / 2);
    top += height;
    const node = nodeOf(row, y, cardWidth, (id) => names.get(id) ?? id.slice(0, 12));
    node.plugs = plugs.map((sign, number) => ({
      ...sign,
      y: y + Math.round((number - (plugs.length - 1) / 2) * PLUG_STEP),
      width: borderX - MARGIN + 4,
    }));
    node.wires = row.lanes.flatMap((id, number) => {
      const lane = laneOf.get(id);
      if (!lane) {
        return [];
      }
      const wireY = y + Math.round((number - (row.lanes.length - 1) / 2) * WIRE_STEP);
      lane.bottom = Math.max(lane.bottom, wireY + 5);
      return [{ lane: id, hue: lane.hue, y: wireY, to: lane.x, label: labelOf(row, id) }];
    });
    nodes.push(node);
  });
  return {
    width: Math.round(cardX + cardWidth + pitch * (networks.length + 0.5) + MARGIN),
    height: top + MARGIN,
    borderX,
    borderY: BORDER_Y,
    cardX,
    cardWidth,
    cardHeight: small ? 28 : 44,
    laneTop: LANE_TOP,
    lanes,
    nodes,
  };
}

/** How far lanes are from each other: room for an address between them, and no more than the eye follows. */
function pitchOf(room: number, lanes: number, narrow: boolean): number {
  return Math.min(300, Math.max(narrow ? 94 : 132, room / (lanes + 0.5)));
}

function rowHeight(wires: number, plugs: number, small: boolean): number {
  return Math.max(small ? 38 : 58, 26 + wires * WIRE_STEP, 8 + plugs * PLUG_STEP);
}

function nodeOf(row: Row, y: number, cardWidth: number, nameOf: (id: string) => string): Node {
  const container = row.containers[0];
  const single = row.group === "" && container !== undefined;
  const running = row.containers.some(isRunning);
  const mode = single && row.lanes.length === 0 ? container.networkMode : "";
  return {
    key: row.key,
    name: fit(single ? container.name : row.group, cardWidth - 38, SANS),
    title: single ? tooltip(container) : row.containers.map(({ name }) => name).join(", "),
    detail: single ? fit(container.image, cardWidth - 34, SMALL_SANS) : "on the same networks",
    kind: single ? glance(container).kind : running ? "running" : "ended",
    running,
    href: single ? `/ui/containers/${container.id}` : null,
    group: !single,
    open: row.open,
    y,
    note: single && row.lanes.length === 0 ? withoutLinks(container.networkMode, nameOf) : "",
    onHost: mode === "host",
    wires: [],
    plugs: [],
  };
}

function tooltip(container: Container): string {
  return `${container.name}: ${container.image}, ${glance(container).label}`;
}

function labelOf(row: Row, network: string): string {
  const place = row.containers[0]?.networks.find(({ networkId }) => networkId === network);
  return row.group === "" && place ? address(place) : "";
}

/** The first few ports, and how many more there are; where there is little room only as the host has them. */
function plugSigns(row: Row, pageHost: string, narrow: boolean): PortSign[] {
  const all = row.open ? [] : row.containers.flatMap((container) => portSigns(container.ports, pageHost));
  const signs = narrow ? all.map((sign) => ({ ...sign, text: sign.text.replace(/→.*/, "") })) : all;
  return signs.length <= MOST_PLUGS
    ? signs
    : [
        ...signs.slice(0, MOST_PLUGS - 1),
        {
          text: `+${signs.length - MOST_PLUGS + 1}`,
          title: signs
            .slice(MOST_PLUGS - 1)
            .map(({ text }) => text)
            .join(", "),
          href: null,
        },
      ];
}

/** A text cut to a width, by what a letter takes on the average. */
export function fit(text: string, width: number, letter: number): string {
  const most = Math.max(3, Math.floor(width / letter));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** The picture in words, for those who do not see it; long ones are cut, as the table tells everything. */
export function described(networks: readonly Network[], containers: readonly Container[]): string {
  const told = networks.map((network) => {
    const members = containers
      .filter((container) => container.networks.some(({ networkId }) => networkId === network.id))
      .map(({ name }) => name);
    const some = members.slice(0, 12).join(", ");
    const rest = members.length > 12 ? ` and ${members.length - 12} more` : "";
    return `${network.name}${network.internal ? ", internal" : ""}: ${members.length === 0 ? "nobody" : some + rest}`;
  });
  return `${told.join(". ")}.`;
}
