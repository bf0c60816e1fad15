/** Numbers and times in the words people read. Nothing here touches the page. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its two largest units: `42 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) {
    return `${whole} s`;
  }
  if (whole < HOUR) {
    return two(whole, MINUTE, "min", 1, "s");
  }
  if (whole < DAY) {
    return two(whole, HOUR, "h", MINUTE, "min");
  }
  return two(whole, DAY, "d", HOUR, "h");
}

function two(whole: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((whole % large) / small);
  const first = `${Math.floor(whole / large)} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}

/** How long ago something was: `just now`, `5 min ago`, `3 d ago`. */
export function ago(then: Date, now: Date): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < 10) {
    return "just now";
  }
  return `${inOneUnit(seconds)} ago`;
}

/** How long ago something was, or the day when that is long ago: `5 min ago`, `Jan 31, 2026`. */
export function agoOrDay(then: Date, now: Date): string {
  return now.getTime() - then.getTime() < 30 * DAY * 1000
    ? ago(then, now)
    : then.toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** How long until something: `in 5 min`, or `now` when the time has come. */
export function until(then: Date, now: Date): string {
  const seconds = (then.getTime() - now.getTime()) / 1000;
  return seconds <= 0 ? "now" : `in ${inOneUnit(seconds, Math.round)}`;
}

function inOneUnit(seconds: number, whole = Math.floor): string {
  if (seconds < MINUTE) {
    return `${whole(seconds)} s`;
  }
  if (seconds < HOUR) {
    return `${whole(seconds / MINUTE)} min`;
  }
  return seconds < DAY ? `${whole(seconds / HOUR)} h` : `${whole(seconds / DAY)} d`;
}

/** A size as disks are sold and Docker prints it, in powers of ten: `512 B`, `4.2 MB`, `1.5 GB`. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : trimmed(value)} ${units[unit] ?? ""}`;
}

/** Memory as limits are given, in powers of two: `256 MiB`, `1.5 GiB`. */
export function memory(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${trimmed(value)} ${units[unit] ?? ""}`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}

/** A short time: `830 µs`, `1.24 ms`, `2.1 s`. */
export function nanos(count: number): string {
  if (count < 1_000_000) {
    return `${Math.round(count / 1000)} µs`;
  }
  if (count < 1_000_000_000) {
    return `${(count / 1_000_000).toFixed(2)} ms`;
  }
  return `${(count / 1_000_000_000).toFixed(1)} s`;
}

/** The digits of an id that people use: twelve, without the name of the hash. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** `1 container`, `2 containers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
