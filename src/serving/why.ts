import type { VisitorPlace } from "../geo/types.ts";
import type {
  AdRequest,
  AudienceRule,
  Candidate,
  ScoreBasis,
  Scores,
  VisitorState,
} from "../targeting/types.ts";
import type { AdReasons } from "./aboutAd.ts";
import { insideArea, ofPlace } from "./frenchPlaces.ts";
import { remembered } from "./remembered.ts";

/** What a visitor is told of an ad (DSA, article 26): for whom, who pays, the main reasons, how to change them. */
export interface Why {
  readonly advertiser: string;
  readonly payer: string;
  /** French sentences, the weightiest reason first; never empty. */
  readonly reasons: readonly string[];
  /** Where the reasons can be changed; null when they come from the page alone. */
  readonly choices: string | null;
  /** A page that says the same to anybody who asks later, without the visitor's own place; absent = none. */
  readonly aboutUrl?: string;
}

const because = "Vous voyez cette annonce parce que";
const choices = "Vous pouvez changer cela dans les choix de confidentialité du site.";
/** Upper bounds in which a distance is told, in km: an exact one would say more than a visitor needs. */
const toldKilometres = [1, 2, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300];
/** A place as vague as this is a département or larger. */
const vagueFromMeters = 12_000;
const maxToldSegments = 2;
/** Places and categories come again: each text is made of them once. */
const rememberedTexts = 5_000;

/** The reasons of a winner, from what the decision really used. Pure. */
export function whyOf(candidate: Candidate, request: AdRequest, visitor: VisitorState): Why {
  const audience = audienceReasons(candidate, visitor);
  const place = placeOf(candidate, request);
  const reasons = [
    ...placeReasons(candidate, place),
    ...categoryReasons(candidate, request),
    ...audience,
  ];
  const isPersonal = audience.length > 0 || (place !== null && place.source !== "search");
  return {
    advertiser: candidate.campaign.advertiserName,
    payer: candidate.campaign.payerName,
    reasons,
    choices: isPersonal ? choices : null,
  };
}

/** The kinds of those reasons: what may be told of an ad without telling of who saw it. Pure. */
export function adReasonsOf(
  candidate: Candidate,
  request: AdRequest,
  visitor: VisitorState,
): AdReasons {
  return {
    campaignId: candidate.campaign.campaignId,
    place: placeOf(candidate, request)?.source ?? null,
    category: categoryUsed(candidate, request) !== null,
    audience: visitor.scores !== null && candidate.campaign.audience.some(isUsedOf(visitor.scores)),
  };
}

function placeOf(candidate: Candidate, request: AdRequest): VisitorPlace | null {
  return request.places.find((place) => place.source === candidate.placeSource) ?? null;
}

function placeReasons(candidate: Candidate, place: VisitorPlace | null): readonly string[] {
  const { zoneLabel, zoneApproximate } = candidate.campaign;
  if (place === null || isNational(zoneLabel))
    return ["Cette annonce s'affiche partout en France."];
  const reason = `${because} ${placeClause(place)}.`;
  if (candidate.distanceMeters !== null && place.source !== "ip") {
    const bound = toldBound(candidate.distanceMeters + place.accuracyMeters);
    if (bound !== null) {
      const whose = place.source === "search" ? "Ce lieu est" : "Vous êtes";
      const subject = place.source === "home" ? "Ce domicile est" : whose;
      return [reason, `${subject} à moins de ${bound} km du lieu choisi par l'annonceur.`];
    }
  }
  const outline = zoneApproximate ? " (contours approchés)" : "";
  return [reason, `L'annonceur s'adresse à cette zone : ${zoneLabel}${outline}.`];
}

const everywhere = "toute la france";

/** Whether a zone, by its label, is all of France. */
export function isNational(zoneLabel: string): boolean {
  return zoneLabel.length === everywhere.length && zoneLabel.toLowerCase() === everywhere;
}

function toldBound(meters: number): number | null {
  return toldKilometres.find((kilometres) => meters < kilometres * 1_000) ?? null;
}

/** "vous cherchez autour de Limoges": what we know of the place, with its vagueness. */
function placeClause(place: VisitorPlace): string {
  const { label } = place;
  const isVague = place.accuracyMeters >= vagueFromMeters;
  const inside = label !== null && isVague ? insideArea(label) : null;
  switch (place.source) {
    case "search":
      if (inside !== null) return `vous cherchez ${inside}`;
      return `vous cherchez autour ${label === null ? "d'un point de la carte" : ofLabel(label)}`;
    case "device":
      if (inside !== null) return `votre appareil se trouve ${inside}`;
      return label === null
        ? "votre appareil se trouve dans les environs"
        : `votre appareil se trouve aux environs ${ofLabel(label)}`;
    case "home":
      if (inside !== null) return `vous avez indiqué habiter ${inside}`;
      return label === null
        ? "vous avez indiqué habiter dans les environs"
        : `vous avez indiqué habiter aux environs ${ofLabel(label)}`;
    case "ip":
      if (inside !== null) return `votre connexion semble se faire ${inside}`;
      return label === null
        ? "votre connexion semble venir de cette région"
        : `votre connexion semble venir des environs ${ofLabel(label)}`;
  }
}

/** "de Limoges", "de Limoges (87000)", "du code postal 87000". */
const ofLabel = remembered(rememberedTexts, (label) => {
  const [, postalCode, name] = /^(\d{5})(?: (.+))?$/.exec(label) ?? [];
  if (postalCode === undefined) return ofPlace(label);
  return name === undefined ? `du code postal ${postalCode}` : `${ofPlace(name)} (${postalCode})`;
});

function categoryReasons(candidate: Candidate, request: AdRequest): readonly string[] {
  const category = categoryUsed(candidate, request);
  return category === null ? [] : [reasonOfCategory(category)];
}

function categoryUsed({ campaign }: Candidate, { page }: AdRequest): string | null {
  return campaign.wantedCategories.length > 0 ? page.category : null;
}

const reasonOfCategory = remembered(rememberedTexts, (category) => {
  const section = (category.split("/").at(-1) ?? category).replaceAll(/[-_]/g, " ");
  return `${because} vous consultez la rubrique « ${section} ».`;
});

/** Only scores that the decision used: read with consent, and asked for by the campaign. */
function audienceReasons(candidate: Candidate, visitor: VisitorState): readonly string[] {
  const { scores } = visitor;
  const { audience } = candidate.campaign;
  if (scores === null || audience.length === 0) return [];
  return audience
    .filter(isUsedOf(scores))
    .slice(0, maxToldSegments)
    .map(
      ({ segmentId, segmentName }) =>
        `${because} ${audienceClauses[scores.basisOf?.(segmentId) ?? "batch"]} : « ${segmentName} ».`,
    );
}

/** Whether a rule of a campaign's audience spoke for the ad. */
function isUsedOf(scores: Scores): (rule: AudienceRule) => boolean {
  return ({ segmentId, minScore, multiplier }) => {
    const score = scores.get(segmentId);
    if (score === undefined) return false;
    const isFloor = minScore !== null && score >= minScore;
    return isFloor || (multiplier !== null && multiplier > 1 && score > 0);
  };
}

const audienceClauses: Readonly<Record<ScoreBasis, string>> = {
  batch: "vos visites récentes laissent penser que ceci vous correspond",
  session: "les pages que vous venez de consulter laissent penser que ceci vous correspond",
  area: "ceci intéresse souvent les visiteurs de ce secteur",
};
