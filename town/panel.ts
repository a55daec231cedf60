import { auctionView } from "./auctionView.ts";
import { budgetView } from "./budgetView.ts";
import { button, type Choices } from "./choices.ts";
import { el, locale, number } from "./dom.ts";
import { mapView } from "./mapView.ts";
import { type Budget, hearRequests, readJson, type Sighting } from "./seen.ts";
import { personas, type Visit } from "./visit.ts";
import { words } from "./words.ts";

const budgetsEveryMs = 2_000;
const mostEvents = 12;
const mostBudgets = 8;
const isEnglish = locale !== "fr-FR";

/** The panel beside the town: what the server saw of the last request of this page, and what happens since. */
export function setUpPanel(visit: Visit, choices: Choices): void {
  const aside = document.getElementById("seen");
  if (aside === null) return;
  const seen = el("div", { class: "seen" }, el("p", { class: "quiet" }, words.waiting));
  const budgets = el("div", { class: "budgets" });
  const { events, say } = createEvents();
  aside.append(
    headOf(aside),
    el(
      "div",
      { class: "sheet" },
      whoView(visit, choices),
      seen,
      el("h3", {}, words.budget),
      budgets,
      el("h3", {}, words.events),
      events,
    ),
  );
  const refreshBudgets = keepBudgets(budgets);
  let askedView = "";
  hearRequests(
    (viewId) => {
      askedView = viewId;
      visit.asked();
      say("asked");
    },
    async (viewId) => {
      const url = `/demo/seen/${encodeURIComponent(viewId)}`;
      const [last] = (await readJson<readonly Sighting[]>(url)) ?? [];
      // A view that was left may be answered after the one that took its place.
      if (last === undefined || viewId !== askedView) return;
      showSighting(seen, last);
      const winners = last.placements.flatMap(({ ads }) => ads.map(({ campaignId }) => campaignId));
      await refreshBudgets(winners);
    },
  );
  hearTag(say);
}

/** What the reader has opened stays open. */
function showSighting(into: HTMLElement, sighting: Sighting): void {
  const isOpen = into.querySelector("details")?.open ?? false;
  into.replaceChildren(...sightingView(sighting));
  into.querySelector("details")?.toggleAttribute("open", isOpen);
}

/** Shows the money of the last winners, and what becomes of it. */
function keepBudgets(into: HTMLElement): (winners: readonly number[]) => Promise<void> {
  let shown: readonly number[] = [];
  const refresh = async (winners: readonly number[]): Promise<void> => {
    shown = winners;
    if (shown.length === 0 || document.hidden) return;
    const ids = [...new Set(shown)].slice(0, mostBudgets).join(",");
    const known = await readJson<readonly Budget[]>(`/demo/budgets?campaigns=${ids}`);
    if (known !== null) into.replaceChildren(...known.map(budgetView));
  };
  setInterval(() => void refresh(shown), budgetsEveryMs);
  return refresh;
}

type Say = (kind: keyof typeof words.event, detail?: string) => void;

function createEvents(): { readonly events: HTMLElement; readonly say: Say } {
  const events = el("ol", { class: "events" });
  const say: Say = (kind, detail = "") => {
    const time = new Date().toLocaleTimeString(locale);
    const about = detail === "" ? null : el("code", {}, detail);
    events.prepend(
      el("li", { class: kind }, el("time", {}, time), ` ${words.event[kind]} `, about),
    );
    while (events.children.length > mostEvents) events.lastElementChild?.remove();
  };
  return { events, say };
}

/** On phones the panel is a sheet that this opens. */
function headOf(aside: HTMLElement): HTMLElement {
  const toggle = button(words.open, () => {
    const isOpen = aside.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(isOpen));
  });
  toggle.className = "handle";
  toggle.setAttribute("aria-expanded", "false");
  return el("div", { class: "head" }, el("h2", {}, words.title), toggle);
}

/** Who visits, from where and with which choice: all of it can be changed. */
function whoView(visit: Visit, choices: Choices): HTMLElement {
  const select = el(
    "select",
    {},
    ...personas.map((one) => el("option", { value: one.id }, isEnglish ? one.en : one.fr)),
  );
  select.value = visit.persona();
  select.addEventListener("change", () => visit.become(select.value));
  const located = el("input", { type: "checkbox" });
  located.checked = visit.isLocated();
  located.addEventListener("change", () => visit.locate(located.checked));
  const state = el("span", {});
  const tellState = (): void => {
    state.textContent = words.consentOf[visit.choice()?.kind ?? "unset"];
  };
  tellState();
  choices.onChange(tellState);
  return el(
    "div",
    { class: "who" },
    el("label", {}, el("span", {}, words.who), select),
    el("label", { class: "check" }, located, ` ${words.located}`),
    el(
      "p",
      { class: "state" },
      `${words.consent}\u00a0: `,
      state,
      " ",
      button(words.change, choices.open),
    ),
  );
}

function sightingView(one: Sighting): readonly Node[] {
  return [
    el(
      "p",
      { class: "quiet took" },
      `${words.took(number(one.tookMs))} · `,
      el("code", {}, one.decisionId.slice(0, 8)),
    ),
    el("h3", {}, words.place),
    one.place === null ? el("p", {}, words.noPlace) : mapView(one.place),
    el("h3", {}, words.consent),
    el(
      "ul",
      { class: "facts" },
      ...Object.entries(words.facts).map(([name, text]) =>
        factView(text, one.consent[name] === true),
      ),
    ),
    el("h3", {}, words.scores),
    scoresView(one),
    el("h3", {}, words.auction),
    ...auctionView(one),
  ];
}

const factView = (text: string, isAllowed: boolean): HTMLElement =>
  el("li", { class: isAllowed ? "yes" : "no" }, `${isAllowed ? "✓" : "✗"} ${text}`);

function scoresView({ scores }: Sighting): HTMLElement {
  if (!scores.read) return el("p", { class: "quiet" }, words.notRead[scores.why]);
  return el(
    "ul",
    { class: "scores", lang: "fr" },
    ...scores.top.map(({ name, score }) =>
      el(
        "li",
        {},
        el("span", {}, name),
        el("meter", { min: "0", max: "1", value: String(score), "aria-label": name }),
        el("b", {}, `${Math.round(score * 100)}\u00a0%`),
      ),
    ),
  );
}

/** What the tag tells of its ads. */
function hearTag(say: Say): void {
  for (const kind of ["render", "viewable", "click", "empty", "error"] as const)
    document.addEventListener(`atelier:${kind}`, (event) => {
      const { placement = "" } = (event as CustomEvent<{ readonly placement?: string }>).detail;
      say(kind, placement);
    });
}
