import { actorOf, requireWriter } from "./access.ts";
import { applyWrites, type EntityWrite, isRefusal } from "./applyWrites.ts";
import type { BulkKept, BulkLine, OpenBulkWriter } from "./bulkLines.ts";
import { withIfMatch } from "./mergePatch.ts";
import type { CampaignWrite, StoredCampaign, WriteOutcome } from "./repository.ts";
import { campaignChange, newCampaign, type SaveCampaignDeps } from "./saveCampaign.ts";
import { changeCreative, createCreative, type SaveCreativeDeps } from "./saveCreative.ts";

/** Reads the versions of an `If-Match`; null = any. Throws PublicError `invalid_parameter`. */
type ReadIfMatch = (text: string | undefined) => readonly number[] | null;

/** Many campaigns at once: checked one by one, written together. */
export function campaignBulk(
  deps: SaveCampaignDeps,
  readIfMatch: ReadIfMatch,
): OpenBulkWriter<EntityWrite<StoredCampaign, CampaignWrite>> {
  return async (key) => {
    requireWriter(key);
    const segments = await deps.readSegments();
    return {
      prepare(line) {
        if (line.op === "create") {
          return { op: "create", fields: newCampaign(deps.zones, segments, line.body, key) };
        }
        const body = bodyOf(line, readIfMatch);
        const transform = campaignChange(deps.zones, segments, body, key);
        return { op: "update", id: line.id, transform };
      },
      async apply(writes) {
        const outcomes = await applyWrites(deps.campaigns, writes, actorOf(key));
        return outcomes.map((outcome) =>
          outcome.ok ? kept(outcome.kept.campaignId, outcome.kept.version) : outcome,
        );
      },
    };
  };
}

/** Many creatives at once: each takes the way of a single one, whose rules read much of the store. */
export function creativeBulk(
  deps: SaveCreativeDeps,
  readIfMatch: ReadIfMatch,
): OpenBulkWriter<BulkLine> {
  return async (key) => {
    requireWriter(key);
    const write = async (line: BulkLine): Promise<WriteOutcome<BulkKept>> => {
      try {
        const { creativeId, version } =
          line.op === "create"
            ? await createCreative(deps, line.body, key)
            : await changeCreative(deps, line.id, bodyOf(line, readIfMatch), key);
        return kept(creativeId, version);
      } catch (error) {
        if (isRefusal(error)) return { ok: false, error };
        throw error;
      }
    };
    return {
      prepare: (line) => line,
      async apply(lines) {
        const outcomes: WriteOutcome<BulkKept>[] = [];
        for (const line of lines) outcomes.push(await write(line));
        return outcomes;
      },
    };
  };
}

function bodyOf(line: Extract<BulkLine, { op: "update" }>, readIfMatch: ReadIfMatch): unknown {
  const versions = readIfMatch(line.ifMatch);
  return versions === null ? line.body : withIfMatch(line.body, versions);
}

const kept = (id: number, version: number): WriteOutcome<BulkKept> => ({
  ok: true,
  kept: { id, version },
});
