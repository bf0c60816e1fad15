/** Graphs of what a container uses. Loaded when they are first looked at. */
import uPlot from "uplot";
import type { Point } from "./figures";
import { percent } from "./figures";
import { bytes, memory } from "./format";

const HEIGHT = 150;
const LEAST_SECONDS = 60;

interface Kind {
  id: string;
  lines: { label: string; value: (point: Point) => number | null; colour: string; dash?: number[] }[];
  words: (value: number) => string;
  /** The least upper end of the scale. */
  least: number;
  /** What the steps of the scale are powers of, where that is not ten. */
  steps?: number[];
}

const perSecond = (value: number): string => `${bytes(Math.round(value))}/s`;
const flow = (id: string, first: [string, keyof Point], second: [string, keyof Point]): Kind => ({
  id,
  lines: [
    { label: first[0], value: (point) => point[first[1]], colour: "--accent" },
    { label: second[0], value: (point) => point[second[1]], colour: "--warn", dash: [4, 3] },
  ],
  words: perSecond,
  least: 1000,
});

const KINDS: Kind[] = [
  {
    id: "cpu",
    lines: [{ label: "Processors", value: ({ cpuPercent }) => cpuPercent, colour: "--accent" }],
    words: percent,
    least: 10,
  },
  {
    id: "memory",
    lines: [{ label: "Memory", value: ({ memoryBytes }) => memoryBytes, colour: "--accent" }],
    words: memory,
    least: 1024 * 1024,
    steps: Array.from({ length: 45 }, (_, power) => 2 ** power),
  },
  flow("network", ["Received", "received"], ["Sent", "sent"]),
  flow("block", ["Read", "read"], ["Written", "written"]),
];

/** All graphs of a page; drawn anew with {@link show}. */
export class StatsCharts {
  readonly #plots: { plot: uPlot; kind: Kind }[];

  constructor(placeOf: (id: string) => HTMLElement) {
    this.#plots = KINDS.map((kind) => ({ plot: plotOf(kind, placeOf(kind.id)), kind }));
  }

  /** Shows these points, the latest at the right edge. */
  show(points: readonly Point[]): void {
    const seconds = points.map((point) => point.seconds);
    for (const { plot, kind } of this.#plots) {
      plot.setData([seconds, ...kind.lines.map(({ value }) => points.map(value))]);
    }
  }

  /** Takes the graphs off the page. */
  close(): void {
    for (const { plot } of this.#plots) {
      plot.destroy();
    }
  }
}

function plotOf(kind: Kind, place: HTMLElement): uPlot {
  const colour = (name: string): string => getComputedStyle(place).getPropertyValue(name);
  const axis = {
    stroke: () => colour("--shown-muted"),
    grid: { stroke: () => colour("--shown-line"), width: 1 },
  };
  const plot = new uPlot(
    {
      width: Math.max(place.clientWidth, 100),
      height: HEIGHT,
      cursor: { y: false, drag: { x: false, y: false } },
      legend: { show: false },
      scales: {
        x: { range: (_, least, most) => [Math.min(least, most - LEAST_SECONDS), most] },
        y: { range: (_, __, most) => [0, Math.max(kind.least, most * 1.1)] },
      },
      axes: [
        axis,
        {
          ...axis,
          size: 74,
          values: (_, splits) => splits.map((value) => kind.words(value)),
          ...(kind.steps ? { incrs: kind.steps } : {}),
        },
      ],
      series: [
        {},
        ...kind.lines.map((line) => ({
          label: line.label,
          stroke: () => colour(line.colour.replace("--", "--shown-")),
          width: 1.75,
          points: { show: false },
          ...(line.dash ? { dash: line.dash } : {}),
        })),
      ],
    },
    [[], ...kind.lines.map(() => [])],
    place,
  );
  new ResizeObserver(() => {
    if (place.clientWidth > 0) {
      plot.setSize({ width: place.clientWidth, height: HEIGHT });
    }
  }).observe(place);
  return plot;
}
