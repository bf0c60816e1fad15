/** The packet filter: its rules with counters that go on by themselves. */
import type { Rule } from "../api";
import { networks } from "../api";
import { element, one, reconcile, setText, stamp } from "../dom";
import { bytes } from "../format";
import { whileVisible } from "../live";
import { attempt } from "../notices";

const EVERY_MILLIS = 2000;

/** The rules of one chain. */
export interface Chain {
  name: string;
  rules: Rule[];
}

/** The page at work. */
export function rulesPage(): void {
  const place = one("#chains");
  let busy = false;

  const load = async (): Promise<void> => {
    if (busy) {
      return;
    }
    busy = true;
    try {
      await attempt(async () => {
        const chains = byChain(await networks.rules());
        reconcile(
          place,
          chains,
          ({ name }) => name,
          () => stamp("chain"),
          fill,
        );
        one("#no-rules").hidden = chains.length > 0;
        document.body.dataset.ready = "true";
      });
    } finally {
      busy = false;
    }
  };
  whileVisible(() => {
    const timer = setInterval(() => void load(), EVERY_MILLIS);
    void load();
    return () => {
      clearInterval(timer);
    };
  });
}

/** The rules of each chain, both in the order that packets meet them. */
export function byChain(rules: readonly Rule[]): Chain[] {
  const chains = new Map<string, Rule[]>();
  for (const rule of rules) {
    chains.set(rule.chain, [...(chains.get(rule.chain) ?? []), rule]);
  }
  return [...chains].map(([name, own]) => ({ name, rules: own }));
}

function fill(section: HTMLElement, chain: Chain): void {
  setText(section, "chain", chain.name);
  const seen = new Map<string, number>();
  const keyed = chain.rules.map((rule) => {
    const count = (seen.get(rule.meaning) ?? 0) + 1;
    seen.set(rule.meaning, count);
    return { rule, key: `${count} ${rule.meaning}` };
  });
  reconcile(
    one("tbody", section),
    keyed,
    ({ key }) => key,
    () => stamp("rule-row"),
    (row, { rule }) => {
      fillRule(row, rule);
    },
  );
}

/** A rule whose counter has moved since the last look lights up for a moment. */
function fillRule(row: HTMLElement, rule: Rule): void {
  const before = row.dataset.packets;
  row.dataset.packets = String(rule.packets);
  if (before !== undefined && before !== row.dataset.packets) {
    row.classList.remove("arrived");
    requestAnimationFrame(() => {
      row.classList.add("arrived");
    });
  }
  row.dataset.counted = String(rule.packets > 0);
  const meaning = one("[data-part=meaning]", row);
  if (meaning.textContent !== rule.meaning) {
    meaning.replaceChildren(...words(rule.meaning));
  }
  setText(row, "packets", rule.packets < 0 ? "–" : rule.packets.toLocaleString("en"));
  setText(row, "bytes", rule.bytes < 0 ? "–" : bytes(rule.bytes));
}

/** A sentence with its addresses and ports set as what can be typed. */
export function words(sentence: string): (string | HTMLElement)[] {
  return sentence
    .split(/((?:\d{1,3}\.){3}\d{1,3}(?:[/:]\d+)?|\blt-\w+|\blighter\d+)/)
    .map((part, at) => (at % 2 === 1 ? element("code", {}, part) : part))
    .filter((part) => part !== "");
}
