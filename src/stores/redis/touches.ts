import type { AdTouch } from "../../budgets/attribution.ts";
import type { RedisClient } from "./connect.ts";
import { addTouchScript } from "./lua/touches.ts";
import { createScript } from "./runScript.ts";

/** How long touches are kept, whatever the windows of the shop. Clicks beyond it are known by their click id only. */
export const keptTouches = {
  clickMs: 30 * 24 * 3_600_000,
  viewMs: 7 * 24 * 3_600_000,
} as const;

const addTouch = createScript(addTouchScript);

/** The key of what a visitor did with ads; the tag keeps it in one cluster slot with the visitor's other keys. */
export function visitorTouchesKey(visitorKey: string): string {
  return `{v:${visitorKey}}:t`;
}

/**
 * Remembers a touch: the latest three of each advertiser and kind, of at most 200 of them, clicks for 30 days and views
 * for 7. Told again, it changes nothing. Rejects when Redis is away.
 */
export async function rememberTouch(
  redis: RedisClient,
  visitorKey: string,
  touch: AdTouch,
  nowMs: number,
): Promise<void> {
  const { decisionId, slot, campaignId, creativeId, placementId } = touch;
  const kind = touch.kind === "click" ? "c" : "v";
  const what = JSON.stringify([decisionId, slot, campaignId, creativeId, placementId]);
  const { clickMs, viewMs } = keptTouches;
  const args = [nowMs, kind, touch.advertiserId, touch.atMs, what, clickMs, viewMs];
  await addTouch(redis, visitorTouchesKey(visitorKey), args);
}

/** What a visitor lately did with an advertiser's ads. Junk reads as nothing. Rejects when Redis is away. */
export async function readTouches(
  redis: RedisClient,
  visitorKey: string,
  advertiserId: number,
): Promise<readonly AdTouch[]> {
  const fields = [`c${advertiserId}`, `v${advertiserId}`];
  const [clicks, views] = await redis.hmget(visitorTouchesKey(visitorKey), ...fields);
  return [
    ...parseTouches(clicks ?? null, "click", advertiserId),
    ...parseTouches(views ?? null, "view", advertiserId),
  ];
}

function parseTouches(
  lines: string | null,
  kind: AdTouch["kind"],
  advertiserId: number,
): readonly AdTouch[] {
  if (lines === null) return [];
  return lines.split("\n").flatMap((line) => parseTouch(line, kind, advertiserId) ?? []);
}

function parseTouch(line: string, kind: AdTouch["kind"], advertiserId: number): AdTouch | null {
  const space = line.indexOf(" ");
  const atMs = Number(line.slice(0, space));
  try {
    const [decisionId, slot, campaignId, creativeId, placementId] = JSON.parse(
      line.slice(space + 1),
    ) as readonly [string, number, number, number, string];
    return { kind, decisionId, slot, campaignId, creativeId, advertiserId, placementId, atMs };
  } catch {
    return null;
  }
}
