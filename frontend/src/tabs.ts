/** Tabs after the WAI-ARIA pattern: arrow keys, Home and End move. Each has an address, which the browser's way back knows. */
import { all, one } from "./dom";

/**
 * Makes the tabs of the page work; tells which one is shown.
 *
 * @param base the address of the first tab; that of another is below it, by its name
 */
export function tabs(base: string, shown: (name: string) => void): void {
  const list = all("[role=tab]");
  const first = list[0];
  if (!first) {
    return;
  }
  const choose = (chosen: HTMLElement): void => {
    for (const tab of list) {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      one(`#${tab.getAttribute("aria-controls") ?? ""}`).hidden = !selected;
    }
    chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
    shown(chosen.dataset.tab ?? "");
  };
  const address = (tab: HTMLElement): string => (tab === first ? base : `${base}/${tab.dataset.tab ?? ""}`);
  const named = (): HTMLElement => {
    const name = tabName(base, location.pathname, location.hash);
    return list.find((tab) => tab.dataset.tab === name) ?? first;
  };
  list.forEach((tab, at) => {
    tab.addEventListener("click", () => {
      if (tab.getAttribute("aria-selected") !== "true") {
        history.pushState(null, "", address(tab));
        choose(tab);
      }
    });
    tab.addEventListener("keydown", (event) => {
      const next = list[target(event.key, at, list.length)];
      if (next && next !== tab) {
        event.preventDefault();
        next.focus();
        next.click();
      }
    });
  });
  window.addEventListener("popstate", () => {
    choose(named());
  });
  const present = named();
  if (location.hash !== "") {
    history.replaceState(null, "", address(present));
  }
  choose(present);
}

/** The tab that an address names, in its path or, as it was once, behind the #; empty for the first. */
export function tabName(base: string, pathname: string, hash: string): string {
  const rest = pathname.startsWith(`${base}/`) ? pathname.slice(base.length + 1) : "";
  return rest === "" ? hash.slice(1) : rest;
}

/** Where a key leads from a tab; the same for keys that lead nowhere. */
export function target(key: string, at: number, count: number): number {
  switch (key) {
    case "ArrowRight":
      return (at + 1) % count;
    case "ArrowLeft":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return at;
  }
}
