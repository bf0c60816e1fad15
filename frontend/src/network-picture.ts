/** The picture of networks, drawn: who is connected to what, by which address, and which ports are open outside. */
import { drawn } from "./svg";
import type { Lane, NetworkMap, Node, Plug } from "./network-map";

/** Draws the picture anew in its place; the focus stays where it was. */
export function drawPicture(place: HTMLElement, map: NetworkMap, title: string, description: string): void {
  const active = document.activeElement;
  const focused = place.contains(active) ? active?.getAttribute("data-key") : null;
  const svg = drawn(
    "svg",
    {
      class: "network-picture",
      width: map.width,
      height: map.height,
      viewBox: `0 0 ${map.width} ${map.height}`,
      role: "group",
      "aria-labelledby": "picture-title picture-description",
    },
    drawn("title", { id: "picture-title" }, title),
    drawn("desc", { id: "picture-description" }, description),
    border(map),
    ...map.lanes.map((lane) => laneBar(map, lane)),
    ...map.nodes.flatMap((node) => wires(map, node)),
    ...map.nodes.map((node) => card(map, node)),
    ...map.lanes.map((lane) => laneHead(map, lane)),
  );
  place.replaceChildren(svg);
  if (focused) {
    place.querySelector<SVGElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
}

/** The edge between the host's inside and what is outside. */
function border(map: NetworkMap): SVGElement {
  const { borderX: x, borderY: y } = map;
  const round = 14;
  return drawn(
    "g",
    { class: "border", "aria-hidden": "true" },
    drawn("path", {
      d: `M${x} ${map.height - 6}V${y + round}a${round} ${round} 0 0 1 ${round} ${-round}H${map.width - 6}`,
    }),
    drawn("text", { x: x + 16, y: y + 22 }, "this host"),
  );
}

function laneBar(map: NetworkMap, lane: Lane): SVGElement {
  return drawn("rect", {
    class: `lane ${lane.hue}`,
    "data-lane": lane.id,
    x: lane.x - 4,
    y: map.laneTop,
    width: 8,
    height: lane.bottom - map.laneTop,
    rx: 4,
  });
}

function laneHead(map: NetworkMap, lane: Lane): SVGElement {
  const top = map.borderY;
  const way = lane.internal
    ? drawn("text", { class: "inside", x: lane.x, y: top + 16 }, "internal")
    : drawn(
        "g",
        { class: `way ${lane.hue}` },
        drawn("path", { d: `M${lane.x} ${top + 17}V${top - 12}M${lane.x - 4} ${top - 8}l4 -5l4 5` }),
        drawn("circle", { cx: lane.x, cy: top, r: 4 }),
      );
  return drawn(
    "a",
    {
      class: "lane-head",
      href: `/ui/networks/${lane.id}`,
      "data-lane": lane.id,
      "data-key": `lane ${lane.id}`,
      "aria-label": `Network ${lane.name} ${lane.detail}${lane.internal ? ", internal" : ""}`,
    },
    way,
    drawn("text", { class: "name", x: lane.x, y: top + 36 }, lane.name),
    drawn("text", { class: "detail", x: lane.x, y: top + 51 }, lane.detail),
  );
}

/** A wire has a seam in the colour of the ground, so that one sees that it crosses the lanes on its way. */
function wires(map: NetworkMap, node: Node): SVGElement[] {
  const from = map.cardX + map.cardWidth;
  const state = node.running ? "wire" : "wire idle";
  return node.wires.map((wire) =>
    drawn(
      "g",
      { class: `${state} ${wire.hue}`, "data-lane": wire.lane, "data-node": node.key },
      drawn("path", { class: "seam", d: `M${from + 6} ${wire.y}H${wire.to - 8}` }),
      drawn("path", { d: `M${from} ${wire.y}H${wire.to}` }),
      drawn("circle", { cx: wire.to, cy: wire.y, r: 5 }),
      ...(wire.label === "" ? [] : [drawn("text", { x: wire.to - 11, y: wire.y - 4 }, wire.label)]),
    ),
  );
}

function card(map: NetworkMap, node: Node): SVGElement {
  const { cardX: x, cardWidth: width, cardHeight: height } = map;
  const top = node.y - height / 2;
  const tall = height > 34;
  const body = drawn(
    "a",
    {
      class: node.group ? "node group" : "node",
      "data-key": node.key,
      ...(node.href === null
        ? { href: "#", role: "button", "aria-expanded": String(node.open), "data-fold": node.key }
        : { href: node.href }),
    },
    drawn("title", {}, node.title),
    ...(node.group ? [drawn("rect", { class: "under", x: x + 4, y: top + 4, width, height, rx: 8 })] : []),
    drawn("rect", { class: "card", x, y: top, width, height, rx: 8 }),
    state(node, x + 16, tall ? node.y - 8 : node.y),
    drawn("text", { class: "name", x: x + 28, y: tall ? node.y - 4 : node.y + 4.5 }, node.name),
    ...(tall ? [drawn("text", { class: "detail", x: x + 28, y: node.y + 13 }, node.detail)] : []),
    ...(node.group
      ? [
          drawn("path", {
            class: "fold",
            d: `M${x + width - 20} ${node.y + (node.open ? 2 : -2)}l4 ${node.open ? -4 : 4}l4 ${node.open ? 4 : -4}`,
          }),
        ]
      : []),
  );
  return drawn(
    "g",
    { class: node.running ? "row" : "row stopped", "data-node": node.key },
    ...(node.onHost ? [drawn("path", { class: "on-host", d: `M${map.borderX} ${node.y}H${x}` })] : []),
    ...node.plugs.map((plug) => plugged(map, node, plug)),
    body,
    ...(node.note === ""
      ? []
      : [drawn("text", { class: "note", x: x + width + 12, y: node.y + 4 }, node.note)]),
  );
}

/** The state has a shape besides its colour, as everywhere. */
function state(node: Node, x: number, y: number): SVGElement {
  return node.kind === "failed"
    ? drawn("rect", { class: "state-failed", x: x - 4.5, y: y - 4.5, width: 9, height: 9, rx: 2 })
    : drawn("circle", { class: `state-${node.kind}`, cx: x, cy: y, r: node.kind === "running" ? 5 : 4 });
}

function plugged(map: NetworkMap, node: Node, plug: Plug): SVGElement {
  const { borderX, cardX } = map;
  const middle = (borderX + cardX) / 2;
  const pill = drawn(
    plug.href === null ? "g" : "a",
    plug.href === null
      ? { class: "plug" }
      : {
          class: "plug",
          href: plug.href,
          target: "_blank",
          rel: "noopener",
          "data-key": `${node.key} ${plug.text}`,
        },
    drawn("title", {}, plug.title),
    drawn("rect", { x: borderX - plug.width + 6, y: plug.y - 10, width: plug.width, height: 20, rx: 10 }),
    drawn("text", { x: borderX - plug.width / 2 + 6, y: plug.y + 4 }, plug.text),
  );
  return drawn(
    "g",
    {},
    drawn("path", {
      class: "plug-wire",
      d: `M${borderX + 6} ${plug.y}C${middle + 8} ${plug.y} ${middle - 4} ${node.y} ${cardX - 6} ${node.y}`,
    }),
    drawn("path", { class: "plug-end", d: `M${cardX - 8} ${node.y - 4}l7 4l-7 4z` }),
    pill,
  );
}

/** What the pointer or the focus is on stands out with all that it is joined to. */
export function highlight(place: HTMLElement): void {
  const show = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    const on = target?.closest<SVGElement>("[data-lane], [data-node]");
    mark(place, on?.dataset.lane ?? null, on?.dataset.node ?? null);
  };
  const clear = (): void => {
    mark(place, null, null);
  };
  place.addEventListener("pointerover", show);
  place.addEventListener("focusin", show);
  place.addEventListener("pointerleave", clear);
  place.addEventListener("focusout", clear);
}

/** Lets everything fade that is joined to neither; nothing when both are null. */
export function mark(place: HTMLElement, lane: string | null, node: string | null): void {
  const parts = [...place.querySelectorAll<SVGElement>("[data-lane], [data-node]")];
  const ends = parts.filter((part) => part.dataset.lane !== undefined && part.dataset.node !== undefined);
  const kept = new Set<string | undefined>();
  for (const wire of ends) {
    if ((lane === null || wire.dataset.lane === lane) && (node === null || wire.dataset.node === node)) {
      kept.add(wire.dataset.lane);
      kept.add(wire.dataset.node);
    }
  }
  kept.add(lane ?? undefined);
  kept.add(node ?? undefined);
  for (const part of parts) {
    const { lane: its, node: own } = part.dataset;
    const wire = its !== undefined && own !== undefined;
    const stays = wire
      ? (lane === null || its === lane) && (node === null || own === node)
      : kept.has(its ?? own);
    part.classList.toggle("faded", (lane !== null || node !== null) && !stays);
  }
}
