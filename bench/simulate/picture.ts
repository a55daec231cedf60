import type { CampaignClass } from "./campaigns.ts";
import { type CampaignDay, hourSteps } from "./figures.ts";
import type { Options } from "./options.ts";

const frenchNames: Readonly<Record<CampaignClass, string>> = {
  "CPM even": "CPM, étalé",
  "vCPM even": "CPM visible, étalé",
  "CPC even, 500 clicks a day": "CPC, étalé, 500 clics par jour",
  "CPC even, few clicks": "CPC, étalé, peu de clics",
  "as fast as possible": "CPM, dès que possible (sans plan)",
  "front-loaded": "CPM, surtout le matin",
  capped: "CPM, étalé, répétition limitée",
  balance: "CPM, étalé, solde épuisé en route",
  "too little supply": "Trop peu de trafic pour le budget",
};

interface Panel {
  readonly title: string;
  /** Euros in each hour of the run. */
  readonly plan: readonly number[];
  readonly spent: readonly number[];
  readonly budget: number;
}

const panelWidth = 460;
const panelHeight = 190;
const margin = { left: 52, right: 14, top: 34, bottom: 26 };
const columns = 2;
const headHeight = 66;
const ink = "#1f2933";
const soft = "#7b8794";
const planColour = "#c2410c";
const spentColour = "#93c5fd";

/** A picture (SVG): plan and spend per hour, one panel a class of campaigns. */
export function drawDelivery(days: readonly CampaignDay[], options: Options): string {
  const panels = panelsOf(days);
  const rows = Math.ceil(panels.length / columns);
  const width = columns * panelWidth + 20;
  const height = headHeight + rows * panelHeight + 10;
  const title = `Budget et dépense par heure (plan and spend per hour), ${options.days} jour(s) dès le ${options.from}, graine ${options.seed}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="${ink}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="26" font-size="16" font-weight="600">${escaped(title)}</text>`,
    legend(16, 48),
    ...panels.map((panel, index) =>
      drawPanel(
        panel,
        10 + (index % columns) * panelWidth,
        headHeight + Math.floor(index / columns) * panelHeight,
      ),
    ),
    "</svg>",
    "",
  ].join("\n");
}

function legend(x: number, y: number): string {
  return [
    `<rect x="${x}" y="${y - 9}" width="14" height="10" fill="${spentColour}"/>`,
    `<text x="${x + 20}" y="${y}">dépensé (spent), € par heure</text>`,
    `<line x1="${x + 210}" x2="${x + 232}" y1="${y - 4}" y2="${y - 4}" stroke="${planColour}" stroke-width="2"/>`,
    `<text x="${x + 238}" y="${y}">plan : le budget du jour selon le trafic prévu (the day's budget along the traffic expected)</text>`,
  ].join("");
}

function panelsOf(days: readonly CampaignDay[]): readonly Panel[] {
  const classes = Map.groupBy(
    days,
    ({ campaign }) =>
      `${frenchNames[campaign.campaignClass]}, ${campaign.area.pagesPerDay.toLocaleString("fr-FR")} pages par jour`,
  );
  return [...classes].map(([title, members]) => {
    const byDay = [...Map.groupBy(members, ({ day }) => day).values()];
    return {
      title,
      plan: byDay.flatMap((group) => perHour(group.map((day) => day.planMicros))),
      spent: byDay.flatMap((group) => perHour(group.map((day) => day.spendMicros))),
      budget: members.reduce((sum, { budgetMicros }) => sum + budgetMicros, 0) / 1e6,
    };
  });
}

/** Euros in each hour, of cumulated micros of several campaigns. */
function perHour(cumulated: readonly (readonly number[])[]): readonly number[] {
  const hours = (cumulated[0]?.length ?? 0) / hourSteps;
  return Array.from({ length: hours }, (_, hour) => {
    const end = (hour + 1) * hourSteps - 1;
    const begin = hour * hourSteps - 1;
    return cumulated.reduce((sum, one) => sum + (one[end]! - (one[begin] ?? 0)) / 1e6, 0);
  });
}

function drawPanel({ title, plan, spent, budget }: Panel, left: number, top: number): string {
  const width = panelWidth - margin.left - margin.right;
  const height = panelHeight - margin.top - margin.bottom;
  const highest = niceCeiling(Math.max(...plan.filter(Number.isFinite), ...spent, 1e-6));
  const x = (hour: number) => left + margin.left + (hour / plan.length) * width;
  const y = (euros: number) => top + margin.top + height * (1 - euros / highest);
  const bars = spent.map(
    (euros, hour) =>
      `<rect x="${at(x(hour) + 0.5)}" y="${at(y(euros))}" width="${at(Math.max(0.5, width / plan.length - 1))}" height="${at(y(0) - y(euros))}" fill="${spentColour}"/>`,
  );
  const line = plan
    .map(
      (euros, hour) => `${hour === 0 ? "M" : "L"}${at(x(hour))} ${at(y(euros))}H${at(x(hour + 1))}`,
    )
    .join("");
  const total = spent.reduce((sum, euros) => sum + euros, 0);
  const ticks = [0, 0.5, 1].map((share) => {
    const euros = share * highest;
    return `<line x1="${at(x(0))}" x2="${at(x(plan.length))}" y1="${at(y(euros))}" y2="${at(y(euros))}" stroke="#e4e7eb"/><text x="${at(x(0) - 6)}" y="${at(y(euros) + 4)}" text-anchor="end" fill="${soft}" font-size="11">${decimal(euros)}</text>`;
  });
  return [
    `<text x="${left + margin.left}" y="${top + 16}" font-weight="600">${escaped(title)}</text>`,
    `<text x="${left + margin.left}" y="${top + 29}" fill="${soft}" font-size="11">${escaped(`${decimal(total)} € dépensés sur ${decimal(budget)} € (${((100 * total) / budget).toFixed(1)} %)`)}</text>`,
    ...ticks,
    ...bars,
    ...(plan.every(Number.isFinite)
      ? [`<path d="${line}" fill="none" stroke="${planColour}" stroke-width="1.6"/>`]
      : []),
    ...hourLabels(plan.length).map(
      (hour) =>
        `<text x="${at(x(hour))}" y="${top + panelHeight - 10}" text-anchor="middle" fill="${soft}" font-size="11">${hour} h</text>`,
    ),
  ].join("\n");
}

function hourLabels(hours: number): readonly number[] {
  const step = Math.max(6, Math.ceil(hours / 48) * 6);
  return Array.from({ length: Math.floor(hours / step) + 1 }, (_, index) => index * step);
}

function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10);
}

const at = (value: number): string => value.toFixed(1);
const decimal = (value: number): string =>
  value.toLocaleString("fr-FR", { maximumFractionDigits: value < 10 ? 2 : 0 });

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
