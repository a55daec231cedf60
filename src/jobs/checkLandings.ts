import type { LinkOutcome } from "../links/checkLink.ts";
import type { LandingChecks } from "../stores/postgres/landingChecks.ts";

export interface CheckLandingsDeps {
  readonly checks: Pick<LandingChecks, "takeDue" | "keep">;
  readonly check: (url: string) => Promise<LinkOutcome>;
  /** Told of each page that was asked. */
  readonly onChecked?: (outcome: LinkOutcome) => void;
}

/** Pages that are asked at once: other people's servers, one request each. */
const atOnce = 12;
/** Of one domain: whose pages are slow waits for them, not everybody else. */
const atOnceOfDomain = 3;
/** Longer than a check may take: a node that dies leaves its addresses to others after this. */
const leaseMs = 120_000;
const oneDayMs = 86_400_000;
const oneHourMs = 3_600_000;

/** Asks the pages that are due, until none is left, a few at once; a broken one is asked again in an hour. Answers how many. */
export async function checkLandings({
  checks,
  check,
  onChecked,
}: CheckLandingsDeps): Promise<number> {
  const underWay = new Map<string, number>();
  const count = (domain: string, by: 1 | -1): void => {
    const now = (underWay.get(domain) ?? 0) + by;
    if (now === 0) underWay.delete(domain);
    else underWay.set(domain, now);
  };
  const take = async (): Promise<string | undefined> => {
    const full = [...underWay].filter(([, pages]) => pages >= atOnceOfDomain);
    const [url] = await checks.takeDue(
      1,
      leaseMs,
      full.map(([domain]) => domain),
    );
    if (url !== undefined) count(domainOf(url), 1);
    return url;
  };
  // One after the other: each knows what those before it took.
  const takeNext = oneByOne(take);
  let asked = 0;
  // Each goes on by itself: a slow page holds up nobody but who asks it.
  const askInTurn = async (): Promise<void> => {
    for (let url = await takeNext(); url !== undefined; url = await takeNext()) {
      const outcome = await check(url).finally(() => count(domainOf(url ?? ""), -1));
      await checks.keep(url, outcome, outcome.ok ? oneDayMs : oneHourMs);
      asked += 1;
      onChecked?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askInTurn));
  return asked;
}

function oneByOne<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
}

/** The last two labels of its host: who owns one name owns all below it. */
function domainOf(url: string): string {
  if (!URL.canParse(url)) return "";
  return new URL(url).hostname.split(".").slice(-2).join(".");
}
