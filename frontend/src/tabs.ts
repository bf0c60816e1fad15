/** Tabs after the WAI-ARIA pattern: arrow keys move, the address remembers. */
import { all, one } from "./dom";

/** Makes the tabs of the page work; tells which one is shown. */
export function tabs(shown: (name: string) => void): void {
  const list = all("[role=tab]");
  const choose = (chosen: HTMLElement): void => {
    for (const tab of list) {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      one(`#${tab.getAttribute("aria-controls") ?? ""}`).hidden = !selected;
    }
    shown(chosen.dataset.tab ?? "");
  };
  list.forEach((tab, at) => {
    tab.addEventListener("click", () => {
      history.replaceState(null, "", `#${tab.dataset.tab ?? ""}`);
      choose(tab);
    });
    tab.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      const next = list[(at + step + list.length) % list.length];
      if (step !== 0 && next) {
        event.preventDefault();
        next.focus();
        next.click();
      }
    });
  });
  const first = list.find((tab) => `#${tab.dataset.tab ?? ""}` === location.hash) ?? list[0];
  if (first) {
    choose(first);
  }
}
