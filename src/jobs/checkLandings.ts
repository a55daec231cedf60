import type { LinkOutcome } from "../links/checkLink.ts";
import type { LandingChecks } from "../stores/postgres/landingChecks.ts";

export interface CheckLandingsDeps {
  readonly checks: Pick<LandingChecks, "takeDue" | "keep">;
  readonly check: (url: string) => Promise<LinkOutcome>;
  /** Told of each page that was asked. */
  readonly onChecked?: (outcome: LinkOutcome) => void;
}

/** Pages that are asked at once: other people's servers, one request each. */
const atOnce = 4;
/** Longer than a check may take: a node that dies leaves its addresses to others after this. */
const leaseMs = 120_000;
const oneDayMs = 86_400_000;
const oneHourMs = 3_600_000;

/** Asks the pages that are due, a few at once; a broken one is asked again in an hour. Answers how many were asked. */
export async function checkLandings({
  checks,
  check,
  onChecked,
}: CheckLandingsDeps): Promise<number> {
  const urls = await checks.takeDue(atOnce, leaseMs);
  await Promise.all(
    urls.map(async (url) => {
      const outcome = await check(url);
      await checks.keep(url, outcome, outcome.ok ? oneDayMs : oneHourMs);
      onChecked?.(outcome);
    }),
  );
  return urls.length;
}
