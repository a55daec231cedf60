import type { Format } from "../ui/format.ts";
import { type SameWords, setFrench } from "../words/dictionary.ts";
import type { campaignsFr } from "../words/fr/campaigns.ts";
import type { Health, Row } from "./rows.ts";

export type CampaignsWords = SameWords<typeof campaignsFr>;
export type Tone = "good" | "late" | "bad" | "rest";

/** What a campaign's state is called, and the sentence that says why and what would help. */
export interface ToldState {
  readonly tone: Tone;
  readonly head: string;
  readonly sentence: string | null;
}

/** Shares below this are rounding, not news. */
const leastLagShare = 0.05;

/**
 * A campaign's state in words: never that it lags without the server's saying so, and by how much from its plan so far.
 * Before its health is known only what was decided about it. Pure.
 */
export function tellState(
  row: Pick<Row, "status">,
  health: Health | undefined,
  language: "fr" | "en",
  words: CampaignsWords["state"],
  format: Pick<Format, "percent">,
): ToldState {
  if (row.status !== "active") return { tone: "rest", head: words[row.status], sentence: null };
  // What was just resumed is known as paused for a moment.
  const isStale = health?.rest === "paused" || health?.rest === "draft";
  if (health === undefined || isStale) return { tone: "rest", head: words.active, sentence: null };
  const lag = health.lagShare ?? 0;
  const share = lag >= leastLagShare ? format.percent(lag, 0) : null;
  const said = capitalized(health[language]);
  const sentence = language === "fr" ? setFrench(said) : said;
  if (health.rest !== null) {
    const tone = restTones[health.rest] ?? "rest";
    return { tone, head: words[health.rest], sentence: null };
  }
  switch (health.status) {
    case "cannot_spend":
      return { tone: "bad", head: share === null ? words.cannot : words.cannotBy(share), sentence };
    case "behind":
      return {
        tone: "late",
        head: share === null ? words.behind : words.behindBy(share),
        sentence,
      };
    case "on_track":
      return { tone: "good", head: words.onTrack, sentence: null };
    default:
      return share === null
        ? { tone: "rest", head: words.active, sentence: null }
        : { tone: "rest", head: words.underBy(share), sentence: words.early };
  }
}

const restTones: Readonly<Partial<Record<NonNullable<Health["rest"]>, Tone>>> = {
  day_spent: "good",
  free: "good",
  total_spent: "late",
};

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Euros and cents that somebody typed, as micros; null = no amount between one cent and a million euros. Pure. */
export function readEuros(text: string | number): number | null {
  const plain = String(text)
    .replace(/[\s\u00a0\u202f€]/g, "")
    .replace(",", ".");
  if (!/^\d{1,7}(?:\.\d{1,2})?$/.test(plain)) return null;
  const micros = Math.round(Number(plain) * 100) * 10_000;
  return micros >= 10_000 && micros <= 1_000_000_000_000 ? micros : null;
}
