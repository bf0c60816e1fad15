/** What goes through a container's links, as numbers and as a small graph of the latest two minutes. */
import { containers } from "./api";
import { one, reconcile, setAttribute, setText, stamp } from "./dom";
import { bytes, counted } from "./format";
import { Problem } from "./http";
import type { LinkHistory } from "./rates";
import { area, line, REMEMBERED, remember, scaleEnd } from "./rates";
import { drawn } from "./svg";

const EVERY_MILLIS = 2000;
const WIDTH = 240;
const HEIGHT = 56;

/** Reads a container's counters while it is told to. */
export class TrafficView {
  private history = new Map<string, LinkHistory>();
  private timer = 0;
  private reading = false;

  /** The view of the container with this id; colours are asked for by the name of a network. */
  constructor(
    private readonly id: string,
    private readonly hueOf: (network: string) => string,
  ) {}

  /** Begins to read, or goes on. */
  open(): void {
    if (this.timer === 0) {
      this.timer = window.setInterval(() => void this.read(), EVERY_MILLIS);
      void this.read();
    }
  }

  /** Ends the reading; what is shown stays. */
  close(): void {
    clearInterval(this.timer);
    this.timer = 0;
  }

  private async read(): Promise<void> {
    if (this.reading) {
      return;
    }
    this.reading = true;
    try {
      const now = await containers.traffic(this.id);
      this.history = remember(this.history, now, performance.now());
      this.show();
    } catch (error) {
      // The next reading tells whether it lasts; the rest of the page says that the engine is away or the container gone.
      if (!(error instanceof Problem)) {
        throw error;
      }
      if (error.status === 404) {
        this.close();
      }
    } finally {
      this.reading = false;
    }
  }

  private show(): void {
    const links = [...this.history];
    one("#no-traffic").hidden = links.length > 0;
    reconcile(
      one("#traffic"),
      links,
      ([key]) => key,
      () => stamp("traffic-row"),
      (row, [, link]) => {
        this.fill(row, link);
      },
    );
  }

  private fill(row: HTMLElement, { latest, speeds }: LinkHistory): void {
    const now = speeds.at(-1);
    setText(row, "network", latest.networkName);
    setText(row, "link", latest.linkName);
    setAttribute(one(".swatch", row), "class", `swatch ${this.hueOf(latest.networkName)}`);
    setText(row, "received-speed", now ? perSecond(now.received) : "–");
    setText(row, "sent-speed", now ? perSecond(now.sent) : "–");
    setText(
      row,
      "received",
      `${bytes(latest.receivedBytes)} in ${counted(latest.receivedPackets, "packet")}`,
    );
    setText(row, "sent", `${bytes(latest.sentBytes)} in ${counted(latest.sentPackets, "packet")}`);
    setText(row, "trouble", trouble(latest));
    const most = scaleEnd(speeds.flatMap(({ received, sent }) => [received, sent]));
    setText(row, "scale", perSecond(most));
    one(".graph", row).replaceChildren(graph(speeds, most));
  }
}

function graph(speeds: LinkHistory["speeds"], most: number): SVGElement {
  const received = speeds.map((speed) => speed.received);
  const sent = speeds.map((speed) => speed.sent);
  const now = speeds.at(-1);
  const label = now
    ? `Received ${perSecond(now.received)}, sent ${perSecond(now.sent)}`
    : "Nothing measured yet";
  return drawn(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
    drawn("path", { class: "grid", d: `M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}` }),
    drawn("polygon", { class: "received", points: area(received, most, REMEMBERED, WIDTH, HEIGHT) }),
    drawn("polyline", { class: "received", points: line(received, most, REMEMBERED, WIDTH, HEIGHT) }),
    drawn("polyline", { class: "sent", points: line(sent, most, REMEMBERED, WIDTH, HEIGHT) }),
  );
}

/** A speed for people. */
export function perSecond(bytesPerSecond: number): string {
  return `${bytes(Math.round(bytesPerSecond))}/s`;
}

/** What went wrong on a link, in words; empty when nothing did. */
export function trouble(link: {
  receiveErrors: number;
  receiveDropped: number;
  sendErrors: number;
  sendDropped: number;
}): string {
  const told = [
    [link.receiveErrors + link.sendErrors, "error"],
    [link.receiveDropped + link.sendDropped, "dropped packet"],
  ] as const;
  return told
    .filter(([count]) => count > 0)
    .map(([count, noun]) => counted(count, noun))
    .join(", ");
}
