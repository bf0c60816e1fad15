/** What a container uses over time, from readings of counters. Nothing here touches the page. */
import type { Stats } from "./api";

/** As many points are kept: ten minutes at one a second. */
export const KEPT = 600;

/** One moment; null where two readings are needed and there is one. */
export interface Point {
  seconds: number;
  cpuPercent: number | null;
  memoryBytes: number;
  received: number | null;
  sent: number | null;
  read: number | null;
  written: number | null;
}

/** The point that a reading makes, after the one before. */
export function pointOf(before: Stats | null, now: Stats): Point {
  const seconds = new Date(now.time).getTime() / 1000;
  const passed = before ? seconds - new Date(before.time).getTime() / 1000 : 0;
  // Counters that went back belong to a container that has started anew.
  const comparable = before !== null && passed > 0 && now.running && now.cpuNanos >= before.cpuNanos;
  const rate = (counter: (stats: Stats) => number): number | null =>
    comparable ? Math.max(0, counter(now) - counter(before)) / passed : null;
  const cpu = rate(({ cpuNanos }) => cpuNanos);
  return {
    seconds,
    cpuPercent: cpu === null ? null : cpu / 1e7,
    memoryBytes: now.memoryBytes,
    received: rate((stats) => stats.networkReceivedBytes),
    sent: rate((stats) => stats.networkSentBytes),
    read: rate((stats) => stats.blockReadBytes),
    written: rate((stats) => stats.blockWrittenBytes),
  };
}

/** The points with one more, the oldest forgotten. */
export function kept(points: readonly Point[], next: Point): Point[] {
  return [...points, next].slice(-KEPT);
}

/** A share of processors: `0.4 %`, `37 %`, `150 %`. */
export function percent(value: number): string {
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)} %`;
}
