/** How fast something flows, from counters that are read now and then. Nothing here touches the page. */
import type { Traffic } from "./api";

/** As many readings are remembered: two minutes at one every two seconds. */
export const REMEMBERED = 60;

/** The speed of both directions at one moment, in bytes a second. */
export interface Speed {
  received: number;
  sent: number;
}

/** What is known of one link. */
export interface LinkHistory {
  latest: Traffic;
  atMillis: number;
  speeds: Speed[];
}

/** The history of every link after one more reading; a link whose counters went back was made anew. */
export function remember(
  before: ReadonlyMap<string, LinkHistory>,
  reading: readonly Traffic[],
  atMillis: number,
): Map<string, LinkHistory> {
  const after = new Map<string, LinkHistory>();
  for (const traffic of reading) {
    const key = `${traffic.networkName} ${traffic.linkName}`;
    const known = before.get(key);
    const anew =
      !known ||
      traffic.receivedBytes < known.latest.receivedBytes ||
      traffic.sentBytes < known.latest.sentBytes ||
      atMillis <= known.atMillis;
    after.set(key, {
      latest: traffic,
      atMillis,
      speeds: anew ? [] : [...known.speeds, speed(known, traffic, atMillis)].slice(-REMEMBERED),
    });
  }
  return after;
}

function speed(known: LinkHistory, now: Traffic, atMillis: number): Speed {
  const seconds = (atMillis - known.atMillis) / 1000;
  return {
    received: (now.receivedBytes - known.latest.receivedBytes) / seconds,
    sent: (now.sentBytes - known.latest.sentBytes) / seconds,
  };
}

/** The points of a line through values, newest at the right edge, for `points` of a polyline. */
export function line(
  values: readonly number[],
  most: number,
  slots: number,
  width: number,
  height: number,
): string {
  const step = width / Math.max(1, slots - 1);
  return values
    .map((value, at) => {
      const x = width - (values.length - 1 - at) * step;
      const y = height - (most > 0 ? (value / most) * height : 0);
      return `${round(x)},${round(y)}`;
    })
    .join(" ");
}

/** The same line closed along the bottom, to be filled. */
export function area(
  values: readonly number[],
  most: number,
  slots: number,
  width: number,
  height: number,
): string {
  if (values.length === 0) {
    return "";
  }
  const start = width - (values.length - 1) * (width / Math.max(1, slots - 1));
  return `${round(start)},${height} ${line(values, most, slots, width, height)} ${width},${height}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The upper end of a scale: the next of 1, 2, 5 times a power of ten, not below a kilobyte. */
export function scaleEnd(values: readonly number[]): number {
  const most = Math.max(1000, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10;
  return step * power;
}
