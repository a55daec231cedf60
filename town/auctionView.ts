import { el, isEnglish, money, number } from "./dom.ts";
import type { SeenCampaign, Sighting, Value } from "./seen.ts";
import { words } from "./words.ts";

const shownLosers = 12;

/** For each placement who won and what the value is made of; then why others did not show. */
export function auctionView({ campaigns, placements }: Sighting): readonly Node[] {
  const byId = new Map(campaigns.map((one) => [one.campaignId, one]));
  const slots = placements.map(({ id, ads }) =>
    el(
      "li",
      {},
      el("code", {}, id),
      ads.length === 0 ? el("span", { class: "quiet" }, ` ${words.empty}`) : null,
      ...ads.map(({ campaignId, advertiser }) => winnerView(advertiser, byId.get(campaignId))),
    ),
  );
  const losers = campaigns.filter(({ shown }) => !shown).sort(byWorth);
  return [
    el("ul", { class: "slots" }, ...slots),
    el(
      "details",
      { class: "losers" },
      el("summary", {}, words.losers(losers.length)),
      el("ul", {}, ...losers.slice(0, shownLosers).map(loserView)),
    ),
  ];
}

function winnerView(advertiser: string, campaign: SeenCampaign | undefined): HTMLElement {
  const value = campaign?.value;
  return el(
    "div",
    { class: "winner" },
    el("b", {}, advertiser),
    ...(value === undefined
      ? []
      : [el("span", { class: "value" }, money(value.valueMicros)), el("small", {}, sumOf(value))]),
  );
}

/** "enchère 6,70 € × audience 3 × proximité 1,03" */
function sumOf(value: Value): string {
  const parts = [`${words.bid} ${money(value.bidMicros)}`];
  if (value.clickRate !== null)
    parts.push(`${words.click} ${number(value.clickRate * 100)}\u00a0%`);
  if (value.audienceMultiplier !== 1)
    parts.push(`${words.audience} ${number(value.audienceMultiplier)}`);
  if (value.nearnessMultiplier !== 1)
    parts.push(`${words.nearness} ${number(value.nearnessMultiplier)}`);
  return parts.join(" × ");
}

const loserView = (one: SeenCampaign): HTMLElement =>
  el("li", {}, el("b", {}, one.name ?? `${one.campaignId}`), ` ${isEnglish ? one.en : one.fr}`);

/** Those that came closest first: outranked by value, then the other rules. */
function byWorth(one: SeenCampaign, other: SeenCampaign): number {
  return worthOf(other) - worthOf(one);
}

const worthOf = ({ rule, figures }: SeenCampaign): number =>
  rule === "outranked" ? 1 + Number(figures?.valueMicros ?? 0) : 0;
