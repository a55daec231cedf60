import type { ContentRule } from "../campaigns/contentRules/contentRule.ts";
import { banOf, flagsOf } from "../campaigns/contentRules/judge.ts";
import { contentRulesVersion } from "../campaigns/contentRules/rules.ts";
import type { Actor, CreativeRepository, StoredCreative } from "../campaigns/repository.ts";
import { approvedBy, pendingReview } from "../campaigns/review.ts";
import { fieldsOf } from "../campaigns/saveCreative.ts";
import { creativeToShown, wordsOf } from "../campaigns/shownCreative.ts";
import type { ContentJudging, ToBeJudged } from "../stores/postgres/contentJudging.ts";

export interface JudgeContentDeps {
  readonly judging: ContentJudging;
  readonly creatives: Pick<CreativeRepository, "change">;
  readonly nowMs: () => number;
  /** Told of each that was judged. */
  readonly onJudged?: (outcome: JudgedOutcome) => void;
  /** The version that judges; absent = the present one. */
  readonly version?: number;
}

export type JudgedOutcome = "kept" | "stopped" | "flagged";

const atOnce = 200;
const actor: Actor = { apiKeyId: null, label: "content rules" };

/**
 * Judges creatives that the present version of the content rules has not judged: what it bans is stopped, with the rule as its
 * reason, and what it newly suspects waits for a reviewer while the approved version goes on. Both are in the audit log.
 * Answers how many were judged.
 */
export async function judgeContent(deps: JudgeContentDeps): Promise<number> {
  const version = deps.version ?? contentRulesVersion;
  const due = await deps.judging.takeDue(version, atOnce);
  const kept: { creative: StoredCreative; flags: readonly string[] }[] = [];
  for (const one of due) {
    const { creative, facts } = one;
    const flags = flagsOf(wordsOf(creative), facts);
    const outcome = await act(deps, one, flags, version);
    if (outcome === "kept") kept.push({ creative, flags });
    deps.onJudged?.(outcome);
  }
  await deps.judging.keep(version, kept);
  return due.length;
}

async function act(
  { creatives, nowMs }: JudgeContentDeps,
  { creative, facts }: ToBeJudged,
  flags: readonly string[],
  version: number,
): Promise<JudgedOutcome> {
  const { review, creativeId } = creative;
  const at = new Date(nowMs()).toISOString();
  const ban = banOf(facts);
  if (ban !== null && (review.status !== "rejected" || review.approvedVersionShown)) {
    const decision = rejectedBy(ban, version, at);
    await creatives.change(
      creativeId,
      (present) => ({ ...fieldsOf(present), review: decision, approvedShown: null }),
      actor,
    );
    return "stopped";
  }
  // What nobody had judged before was approved knowingly, or waits anyway.
  const isNew = flags.some((flag) => !review.rulesFlags.includes(flag));
  if (review.status !== "approved" || review.rulesVersion === 0 || !isNew) return "kept";
  await creatives.change(
    creativeId,
    (present) => ({
      ...fieldsOf(present),
      review: pendingReview,
      approvedShown: creativeToShown(creativeId, fieldsOf(present)),
    }),
    actor,
  );
  return "flagged";
}

const rejectedBy = ({ fr, source }: ContentRule, version: number, at: string) => ({
  ...approvedBy(`content rules ${version}`, at),
  status: "rejected" as const,
  reasons: ["prohibited_category"],
  note: `Règle « ${fr} », version ${version} : ${source}.`,
});
