import { z } from "zod";
import { segmentSlug } from "../campaigns/campaignSchema.ts";
import { distinctList, entityId, instant } from "../campaigns/fieldTypes.ts";
import { type Parsed, parseFields } from "../campaigns/problems.ts";
import type { StoredSegment } from "../campaigns/repository.ts";
import { type FieldProblem, PublicError } from "../errors.ts";
import type { VisitorState } from "../targeting/types.ts";
import { type AdsBody, adsBodySchema, adsLimits } from "./adsBody.ts";
import type { AdsAnswer } from "./answer.ts";
import type { ExplainedCampaign } from "./explainAnswer.ts";
import type { ServeAds } from "./serveAds.ts";
import { type ToAdRequestDeps, toAdRequest } from "./toAdRequest.ts";

const { shape } = adsBodySchema;
const mostScores = 256;

/** Who visits: somebody supposed, or (for the operator's administrators) somebody who is. */
const visitor = z
  .strictObject({
    consent: z.boolean().default(true).describe("False: nothing of the visitor may be used."),
    scores: z
      .record(z.string(), z.number().min(0).max(1))
      .optional()
      .describe('By segment: `{"achat-auto": 0.8}`.'),
    id: z
      .string()
      .min(1)
      .max(adsLimits.idLength)
      .regex(/^[\x21-\x7e]+$/)
      .optional()
      .describe("A real visitor, with scores and caps as they are kept. For the operator."),
  })
  .default({ consent: true });

/** A visit that is only supposed: place, visitor and page, and whose fate is asked for. */
export const explainSchema = z
  .strictObject({
    place: shape.place,
    visitor,
    page: shape.page,
    device: shape.device,
    site: shape.site.describe("A site's public key: its placements, as they are registered."),
    placements: shape.placements.default([{ id: "page", formats: ["native"] }]),
    at: instant()
      .optional()
      .describe("When: dates and hours are judged then; budgets and pacing as now. Left out: now."),
    campaignIds: distinctList(entityId(), adsLimits.explainedCampaigns)
      .min(1)
      .optional()
      .describe("Left out: the nearest 50."),
  })
  .meta({ title: "ExplainInput" });

export type ExplainFields = z.output<typeof explainSchema>;

/** Checks a question. Every problem at once. Pure. */
export function parseExplain(body: unknown): Parsed<ExplainFields> {
  return parseFields(explainSchema, body, ({ visitor: who }) => [
    ...problemIf(
      who?.id !== undefined && who.scores !== undefined,
      "/visitor/scores",
      "must not be given with id: a real visitor's scores are known",
    ),
    ...problemIf(
      Object.keys(who?.scores ?? {}).length > mostScores,
      "/visitor/scores",
      `must have at most ${mostScores} segments`,
    ),
    ...Object.keys(who?.scores ?? {})
      .slice(0, mostScores)
      .flatMap((slug) =>
        problemIf(
          !segmentSlug().safeParse(slug).success,
          `/visitor/scores/${pointerStep(slug)}`,
          "must be a segment's slug",
        ),
      ),
  ]);
}

const problemIf = (isBroken: boolean, pointer: string, rule: string): readonly FieldProblem[] =>
  isBroken ? [{ pointer, rule }] : [];

const pointerStep = (text: string): string =>
  text.slice(0, 64).replaceAll("~", "~0").replaceAll("/", "~1");

/** Turns slugs into segments' ids. Unknown ones are problems. Pure. */
export function supposedVisitor(
  scores: Readonly<Record<string, number>> | undefined,
  segments: readonly Pick<StoredSegment, "segmentId" | "slug">[],
): Parsed<VisitorState> {
  const known = new Map(segments.map(({ slug, segmentId }) => [slug, segmentId]));
  const given = Object.entries(scores ?? {});
  const problems = given
    .filter(([slug]) => !known.has(slug))
    .map(([slug]) => ({
      pointer: `/visitor/scores/${pointerStep(slug)}`,
      rule: "must be an existing segment",
    }));
  if (problems.length > 0) return { ok: false, problems };
  const byId = new Map(given.map(([slug, score]) => [known.get(slug) ?? 0, score]));
  return {
    ok: true,
    value: { scores: scores === undefined ? null : byId, impressions: new Map() },
  };
}

export interface ExplainVisitDeps {
  readonly serveAds: ServeAds;
  readonly toAdRequest: ToAdRequestDeps;
  readonly visitorKeyOf: (visitorId: string) => string;
  readonly newDecisionId: () => string;
  readonly nowMs: () => number;
}

export interface ExplainQuestion {
  readonly fields: ExplainFields;
  /** Null = the real visitor that the fields name. */
  readonly supposed: VisitorState | null;
  /** Whose campaigns the asker may see; null = everybody's. */
  readonly advertiserIds: readonly number[] | null;
}

export interface ExplainedVisit {
  readonly decisionId: string;
  readonly place: AdsAnswer["place"];
  readonly placeProblems: readonly FieldProblem[];
  readonly campaigns: readonly ExplainedCampaign[];
}

/**
 * What would become of each campaign in such a visit, decided as every ad request is, with pacing and budgets as they are
 * now; nothing is held, counted, charged, sampled or remembered. Ads of others are not told. Throws PublicError
 * `unavailable` when there was no time to.
 */
export async function explainVisit(
  deps: ExplainVisitDeps,
  { fields, supposed, advertiserIds }: ExplainQuestion,
): Promise<ExplainedVisit> {
  const { visitor: who, campaignIds, at, ...asked } = fields;
  const nowMs = deps.nowMs();
  // Without a law that asks for consent everything may be used; under it, without a string, nothing may.
  const body: AdsBody = { ...asked, visitor: { gdpr: !who.consent } };
  const facts = {
    decisionId: deps.newDecisionId(),
    nowMs: at === undefined ? nowMs : Date.parse(at),
    siteKey: fields.site ?? null,
    hasVisitorId: who.consent,
    address: null,
  };
  const { request, placeProblems } = toAdRequest(body, facts, deps.toAdRequest);
  const answer = await deps.serveAds(request, {
    visitorKey: who.id !== undefined && who.consent ? deps.visitorKeyOf(who.id) : null,
    pageViewKey: null,
    addressKey: () => "",
    siteKey: facts.siteKey,
    test: true,
    budgetsAtMs: nowMs,
    explain: { campaignIds: campaignIds ?? null, advertiserIds },
    ...(supposed === null ? {} : { supposed: allowed(supposed, who.consent) }),
  });
  if (answer.explanation === undefined)
    throw new PublicError("unavailable", "There was no time to explain; try again.");
  const { decisionId, place, explanation } = answer;
  return { decisionId, place, placeProblems, campaigns: explanation };
}

/** As the stores answer: without consent no score is read. */
const allowed = (visitorState: VisitorState, hasConsent: boolean): VisitorState =>
  hasConsent ? visitorState : { ...visitorState, scores: null };
