/** How a container was made: the system calls, by stage, each with what it is for and where the time went. */
import type { Anatomy, Group } from "./api";
import { element, one } from "./dom";
import { counted, nanos, shortId } from "./format";
import { asSentence } from "./http";
import { drawn } from "./svg";

/** Shows the anatomy of a container in place of what was shown before. */
export function showAnatomy(id: string, anatomy: Anatomy): void {
  const calls = anatomy.groups.reduce((sum, group) => sum + group.calls.length, 0);
  one("#anatomy-time").textContent = nanos(anatomy.totalNanos);
  one("#anatomy-calls").textContent = counted(calls, "system call");
  one("#anatomy-stages").textContent = counted(anatomy.groups.length, "stage");
  one("#anatomy-bar").replaceChildren(bar(anatomy));
  one("#anatomy-groups").replaceChildren(
    ...anatomy.groups.map((group, at) => stage(id, group, at, anatomy.totalNanos)),
  );
}

/** Where each stage's stretch begins and how long it is, in hundredths of the whole. */
export function stretches(anatomy: Anatomy): { from: number; width: number }[] {
  const whole = Math.max(
    anatomy.totalNanos,
    anatomy.groups.reduce((sum, group) => sum + group.nanos, 0),
    1,
  );
  let from = 0;
  return anatomy.groups.map((group) => {
    const width = (100 * group.nanos) / whole;
    const stretch = { from, width };
    from += width;
    return stretch;
  });
}

/** All stages in one bar; drawn, as the page's content policy allows no inline styles. */
function bar(anatomy: Anatomy): SVGElement {
  const label = anatomy.groups.map((group) => `${group.name}: ${nanos(group.nanos)}`).join(", ");
  const svg = drawn("svg", { class: "bar", role: "img", "aria-label": label });
  stretches(anatomy).forEach(({ from, width }, at) => {
    const rect = rectangle(from, width, at);
    const group = anatomy.groups[at];
    rect.append(drawn("title", {}, group ? `${group.name}: ${nanos(group.nanos)}` : ""));
    svg.append(rect);
  });
  return svg;
}

function rectangle(from: number, width: number, at: number): SVGElement {
  return drawn("rect", { x: `${from}%`, width: `${width}%`, height: "100%", class: `hue-${at % 8}` });
}

function stage(id: string, group: Group, at: number, totalNanos: number): HTMLElement {
  const small = drawn("svg", { class: "bar small", "aria-hidden": "true" });
  small.append(rectangle(0, totalNanos > 0 ? Math.min(100, (100 * group.nanos) / totalNanos) : 0, at));
  const summary = element(
    "summary",
    {},
    element("span", { class: `swatch hue-${at % 8}` }),
    element("h3", {}, group.name),
    element("span", { class: "count" }, counted(group.calls.length, "call")),
    small,
    element("span", { class: "time" }, group.nanos > 0 ? nanos(group.nanos) : "–"),
  );
  const list = element("ol", { class: "calls" });
  for (const { call, purpose } of group.calls) {
    list.append(
      element("li", {}, code(shortened(call, id)), element("p", {}, asSentence(shortened(purpose, id)))),
    );
  }
  return element(
    "details",
    { class: "stage", open: "" },
    summary,
    element("p", { class: "purpose" }, group.purpose),
    list,
  );
}

/** A text without the many digits of the container's own id. */
function shortened(text: string, id: string): string {
  return text.replaceAll(id, `${shortId(id)}…`);
}

/** A call as strace prints it, its name set off from its arguments. */
function code(call: string): HTMLElement {
  const name = /^\w+/.exec(call)?.[0] ?? "";
  return element("code", {}, element("b", {}, name), call.slice(name.length));
}
