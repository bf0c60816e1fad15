/** Dark or light: as the system says, or as the user chose. The choice is a cookie, so that the server sends the first paint right. */
import { one } from "./dom";

const A_YEAR_IN_SECONDS = 31_536_000;

/** Makes the theme button work. */
export function theme(): void {
  one("#theme").addEventListener("click", toggleTheme);
}

/** Changes to the other of the two. */
export function toggleTheme(): void {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  document.cookie = `lighter-theme=${next}; Path=/; Max-Age=${A_YEAR_IN_SECONDS}; SameSite=Strict`;
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
