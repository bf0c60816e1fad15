/** Published ports as links, where a browser may look what is behind them. */
import type { Port } from "./api";
import { element } from "./dom";
import type { PortSign } from "./network-words";
import { portSigns } from "./network-words";

/** Shows the ports in their place, touching the page only when they differ. */
export function fillPorts(place: HTMLElement, ports: readonly Port[]): void {
  const signs = portSigns(ports, location.hostname);
  const key = signs.map(({ text }) => text).join(" ");
  if (place.dataset.shown === key) {
    return;
  }
  place.dataset.shown = key;
  place.replaceChildren(...signs.map(sign));
}

function sign({ text, title, href }: PortSign): HTMLElement {
  return href === null
    ? element("span", { class: "port", title }, text)
    : element("a", { class: "port", title, href, target: "_blank", rel: "noopener" }, text);
}
