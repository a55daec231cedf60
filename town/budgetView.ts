import { el, money } from "./dom.ts";
import type { Budget } from "./seen.ts";
import { words } from "./words.ts";

/** A bar: what today has cost, what is held for ads that were just given, and what is left of the day. */
export function budgetView(one: Budget): HTMLElement {
  const limit = one.dailyBudgetMicros ?? one.totalBudgetMicros;
  const spent = one.dailyBudgetMicros === null ? one.spentMicros : one.spentTodayMicros;
  const unit = one.dailyBudgetMicros === null ? words.ofTotal : words.ofDay;
  const of = limit === null ? words.noBudget : `${money(limit)} ${unit}`;
  return el(
    "div",
    { class: "budget" },
    el("b", {}, one.name),
    limit === null ? null : barOf(spent / limit, one.heldTodayMicros / limit),
    el(
      "small",
      {},
      `${money(spent)} ${words.spentToday} · ${money(one.heldTodayMicros)} ${words.held} · ${of}`,
    ),
  );
}

function barOf(spent: number, held: number): HTMLElement {
  const bar = el(
    "div",
    { class: "bar", "aria-hidden": "true" },
    el("i", {}),
    el("i", { class: "held" }),
  );
  const [first, second] = bar.children as unknown as readonly HTMLElement[];
  // Set by the script's own hand: a strict policy forbids styles in markup.
  if (first !== undefined) first.style.width = `${Math.min(100, spent * 100)}%`;
  if (second !== undefined)
    second.style.width = `${Math.min(100 - Math.min(100, spent * 100), Math.max(0.6, held * 100))}%`;
  return bar;
}
