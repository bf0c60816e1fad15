/** What a container uses, as it goes: numbers, and graphs of the latest minutes. */
import type { Container, Stats } from "./api";
import { containers } from "./api";
import { isRunning } from "./container-state";
import { one, setText } from "./dom";
import type { Point } from "./figures";
import { kept, percent, pointOf } from "./figures";
import { bytes, memory } from "./format";
import { whileVisible } from "./live";
import type { Pane } from "./pane";
import type { StatsCharts } from "./stats-charts";

const RETRY_MILLIS = 2000;

/** The pane at work: figures are asked for only while it is looked at. */
export class StatsPane implements Pane {
  readonly #id: string;
  #points: Point[] = [];
  #latest: Stats | null = null;
  #charts: StatsCharts | null = null;
  #source: EventSource | null = null;
  #retry = 0;
  #running = false;
  #visible = false;

  constructor(id: string) {
    this.#id = id;
    whileVisible(() => {
      this.#follow();
      return () => {
        this.#close();
      };
    });
  }

  changed(container: Container): void {
    this.#running = isRunning(container);
    one("#no-stats").hidden = this.#running;
    one("#stats").hidden = !this.#running && this.#points.length === 0;
    this.#follow();
  }

  shown(): void {
    this.#visible = true;
    this.#follow();
    void this.#draw();
  }

  hidden(): void {
    this.#visible = false;
    this.#close();
  }

  #follow(): void {
    if (this.#running && this.#visible && !document.hidden) {
      this.#open();
    } else {
      this.#close();
    }
  }

  #open(): void {
    if (this.#source || this.#retry !== 0) {
      return;
    }
    const source = new EventSource(containers.statsStream(this.#id));
    this.#source = source;
    source.addEventListener("stats", (message: MessageEvent<string>) => {
      this.#take(JSON.parse(message.data) as Stats);
    });
    source.addEventListener("end", () => {
      this.#close();
    });
    source.addEventListener("error", () => {
      if (this.#source === source) {
        this.#close();
        this.#retry = window.setTimeout(() => {
          this.#retry = 0;
          this.#follow();
        }, RETRY_MILLIS);
      }
    });
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#retry = 0;
    this.#source?.close();
    this.#source = null;
  }

  #take(stats: Stats): void {
    if (!stats.running) {
      this.#latest = null;
      return;
    }
    const point = pointOf(this.#latest, stats);
    this.#latest = stats;
    this.#points = kept(this.#points, point);
    one("#stats").hidden = false;
    const pane = one("#pane-stats");
    setText(pane, "cpu", point.cpuPercent === null ? "–" : percent(point.cpuPercent));
    setText(pane, "cpu-limit", `of ${percent(stats.cpuLimitPercent)}`);
    setText(pane, "memory", memory(stats.memoryBytes));
    setText(pane, "memory-limit", `of ${memory(stats.memoryLimitBytes)}`);
    setText(pane, "received", speed(point.received));
    setText(pane, "sent", speed(point.sent));
    setText(pane, "read", speed(point.read));
    setText(pane, "written", speed(point.written));
    setText(pane, "processes", String(stats.processes));
    void this.#draw();
  }

  async #draw(): Promise<void> {
    if (this.#points.length === 0) {
      return;
    }
    const { StatsCharts } = await import("./stats-charts");
    this.#charts ??= new StatsCharts((id) => one(`#chart-${id}`));
    this.#charts.show(this.#points);
  }
}

function speed(value: number | null): string {
  return value === null ? "–" : `${bytes(Math.round(value))}/s`;
}
