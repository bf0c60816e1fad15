/** Networks, addresses and ports in the words of the pages. Nothing here touches the page. */
import type { Endpoint, Network, Port } from "./api";

const HUES = 8;
const ANY = ["0.0.0.0", "::", "0:0:0:0:0:0:0:0"];

/** Whether containers on it have links of their own there: not so for the host's own network and for none. */
export function hasLinks(network: Network): boolean {
  return network.driver !== "host" && network.driver !== "null";
}

/** The class of each network's colour, by id; the server gives the same. */
export function hues(networks: readonly Network[]): Map<string, string> {
  const classes = new Map<string, string>();
  let coloured = 0;
  for (const network of networks) {
    classes.set(network.id, hasLinks(network) ? `hue-${coloured++ % HUES}` : "hue-none");
  }
  return classes;
}

/** The driver's name for people. */
export function driverWord(network: Network): string {
  return network.driver === "null" ? "none" : network.driver;
}

/** What a network leads to, in a word. */
export function reach(network: Network): string {
  switch (network.driver) {
    case "null":
      return "nothing";
    case "host":
      return "the host's own";
    default:
      return network.internal ? "internal" : "outside";
  }
}

/** All subnets in one line. */
export function subnets(network: Network): string {
  return network.subnets.map(({ subnet }) => subnet).join(", ");
}

/** An address without the length of its prefix. */
export function plain(address: string): string {
  return address.replace(/\/\d+$/, "");
}

/** The addresses of a place, in one line; empty while its container does not run. */
export function addresses(endpoint: Endpoint): string {
  return [endpoint.ipv4, endpoint.ipv6].filter((address) => address !== null).join(", ");
}

/** The one address by which a place is known in a picture. */
export function address(endpoint: Endpoint): string {
  const full = plain(endpoint.ipv4 ?? endpoint.ipv6 ?? "");
  return full.length > 16 ? `…${full.slice(-14)}` : full;
}

/** A published port for people. */
export interface PortSign {
  text: string;
  title: string;
  /** Where a browser may look what is there; null where it is nothing for browsers. */
  href: string | null;
}

/** The ports of a container, each told once where it is open on IPv4 and IPv6 alike; those of all addresses are linked by the page's host. */
export function portSigns(ports: readonly Port[], pageHost: string): PortSign[] {
  const signs = new Map<string, PortSign>();
  for (const port of ports) {
    const any = ANY.includes(port.hostAddress);
    const host = any ? "" : `${bracketed(port.hostAddress)}:`;
    const protocol = port.protocol === "tcp" ? "" : `/${port.protocol}`;
    const text = `${host}${port.hostPort}→${port.containerPort}${protocol}`;
    const where = any ? "every address of the host" : port.hostAddress;
    if (!signs.has(text)) {
      signs.set(text, {
        text,
        title: `Port ${port.hostPort} of ${where} leads to port ${port.containerPort} (${port.protocol})`,
        href:
          port.protocol === "tcp"
            ? `http://${any ? bracketed(pageHost) : bracketed(port.hostAddress)}:${port.hostPort}`
            : null,
      });
    }
  }
  return [...signs.values()];
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

/** Why a container is on no network with links, in words; empty when it is on one or is to be. */
export function withoutLinks(networkMode: string, nameOf: (id: string) => string): string {
  if (networkMode === "host") {
    return "the host's own network";
  }
  if (networkMode === "none") {
    return "no network";
  }
  return networkMode.startsWith("container:")
    ? `shares the network of ${nameOf(networkMode.slice("container:".length))}`
    : "no network";
}
