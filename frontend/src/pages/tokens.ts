/** Tokens for scripts: made, shown once, listed, revoked. */
import type { Token } from "../api";
import { tokens } from "../api";
import { confirmed } from "../confirm";
import { copyText, one, reconcile, setAttribute, setText, stamp } from "../dom";
import { ago, until } from "../format";
import { Problem } from "../http";
import { attempt, notice } from "../notices";

/** The list at work. */
export function tokensPage(): void {
  const body = one("#tokens");
  const form = one<HTMLFormElement>("#create-token");
  let known: Token[] = [];

  const load = async (): Promise<void> => {
    await attempt(async () => {
      known = await tokens.list();
      reconcile(
        body,
        known,
        (token) => token.id,
        () => stamp("token-row"),
        fill,
      );
      one("#token-table").hidden = known.length === 0;
      one("#no-tokens").hidden = known.length > 0;
      document.body.dataset.ready = "true";
    });
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void create(form).then(load);
  });
  one("#copy-token").addEventListener("click", (event) => {
    void copyText(event.currentTarget as HTMLElement, one("#secret"));
  });
  body.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element
        ? event.target.closest<HTMLButtonElement>("[data-action=revoke]")
        : null;
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const token = known.find((candidate) => candidate.id === id);
    if (token) {
      void revoke(token).then(load);
    }
  });
  void load();
}

function fill(row: HTMLElement, token: Token): void {
  const now = new Date();
  setText(row, "name", token.name);
  setText(row, "created", ago(new Date(token.createdAt), now));
  setText(row, "used", token.lastUsedAt ? ago(new Date(token.lastUsedAt), now) : "never");
  setText(row, "expires", expiry(token, now));
  setAttribute(one("[data-action=revoke]", row), "aria-label", `Revoke ${token.name}`);
}

function expiry(token: Token, now: Date): string {
  if (!token.expiresAt) {
    return "never";
  }
  const then = new Date(token.expiresAt);
  return then <= now ? `expired ${ago(then, now)}` : until(then, now);
}

async function create(form: HTMLFormElement): Promise<void> {
  const data = new FormData(form);
  const name = data.get("name");
  const days = Number(data.get("days"));
  const error = one(".error", form);
  error.hidden = true;
  try {
    const made = await tokens.create(typeof name === "string" ? name.trim() : "", days > 0 ? days : null);
    form.reset();
    one("#secret").textContent = made.secret;
    const shown = one("#made");
    shown.hidden = false;
    shown.focus();
  } catch (problem) {
    if (!(problem instanceof Problem)) {
      throw problem;
    }
    error.textContent = problem.message;
    error.hidden = false;
    one("[name=name]", form).focus();
  }
}

async function revoke(token: Token): Promise<void> {
  const agreed = await confirmed(
    `Revoke ${token.name}?`,
    "Scripts that use it are refused from now on. This cannot be undone.",
    "Revoke",
  );
  if (agreed) {
    await attempt(async () => {
      await tokens.revoke(token.id);
      notice(`${token.name} is revoked.`);
    });
  }
}
