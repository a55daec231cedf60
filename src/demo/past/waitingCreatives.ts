import type { CreativeWrite } from "../../campaigns/creativeState.ts";
import type { CampaignWrite, EntityChange, StoredCampaign } from "../../campaigns/repository.ts";
import { pendingReview, type ReviewWrite } from "../../campaigns/review.ts";
import { demoCreativeToFields } from "../demoRecords.ts";
import type { DemoCreative } from "../demoTypes.ts";
import { demoImageUrl, nativePictures } from "../makeCreatives.ts";
import { withFrenchSpaces } from "../shopTexts.ts";
import type { SavedCampaign } from "./savePortfolio.ts";

/** A creative that reviewers of the demo have before them, or have refused. */
interface WaitingCreative {
  readonly trade: string;
  readonly title: string;
  readonly text: string;
  readonly callToAction: string;
  /** Written on its picture. */
  readonly onPicture: string;
  /** Null = nobody has looked at it yet. */
  readonly refused: { readonly reasons: readonly string[]; readonly note: string } | null;
}

const waiting: readonly WaitingCreative[] = [
  {
    trade: "fleuriste",
    title: "Couronnes de l'Avent à commander",
    text: "Sapin, houx et cire d'abeille : chaque couronne est faite à la boutique, une par une.",
    callToAction: "Choisir la mienne",
    onPicture: "-50 % JUSQU'À DIMANCHE ! 19,90 € AU LIEU DE 40 €",
    refused: null,
  },
  {
    trade: "fleuriste",
    title: "Votre sapin livré et installé",
    text: "Nordmann coupé en Corrèze, de 1,20 m à 2,50 m. Nous reprenons le vôtre en janvier.",
    callToAction: "Réserver un sapin",
    onPicture: "Les fleurs de Jeanne",
    refused: null,
  },
  {
    trade: "traiteur",
    title: "Foire aux vins : le cadeau qui fait plaisir",
    text: "Trois bouteilles achetées, la quatrième offerte. Bordeaux, bergerac et champagne en cave.",
    callToAction: "Voir les bouteilles",
    onPicture: "Foire aux vins",
    refused: null,
  },
  {
    trade: "auto-occasion",
    title: "Roulez dès 99 € par mois",
    text: "Votre crédit accepté en dix minutes, sans apport et sans justificatif. Offre du week-end.",
    callToAction: "Simuler mon crédit",
    onPicture: "99 € / MOIS",
    refused: null,
  },
  {
    trade: "informatique",
    title: "Attention : votre ordinateur est lent",
    text: "Cliquez ici pour corriger 3 erreurs trouvées sur cet appareil.",
    callToAction: "Corriger maintenant",
    onPicture: "3 ERREURS",
    refused: null,
  },
  {
    trade: "boulangerie",
    title: "La galette arrive",
    text: "Feuilletage au beurre de Charentes, amandes de Provence. À réserver dès maintenant.",
    callToAction: "Réserver une galette",
    onPicture: "La galette",
    refused: null,
  },
  {
    trade: "opticien",
    title: "LUNETTES GRATUITES !!!",
    text: "LA DEUXIÈME ET LA TROISIÈME PAIRE POUR ZÉRO EURO, MAINTENANT OU JAMAIS !!!",
    callToAction: "EN PROFITER",
    onPicture: "GRATUIT",
    refused: {
      reasons: ["text_quality", "unclear_price"],
      note: "Sans majuscules ni « gratuit » : dites le prix de la première paire et la durée de l'offre.",
    },
  },
  {
    trade: "fleuriste",
    title: "Le bouquet préféré des Limougeauds",
    text: "Élu meilleur fleuriste de France. Satisfaction garantie à 100 %.",
    callToAction: "Commander",
    onPicture: "N° 1 en France",
    refused: {
      reasons: ["misleading_claim"],
      note: "Aucun concours de ce nom n'est connu : citez-le avec son année, ou parlez de vos fleurs.",
    },
  },
  {
    trade: "serrurier",
    title: "Serrurier agréé toutes assurances",
    text: "Porte claquée, serrure forcée : chez vous en vingt minutes, jour et nuit.",
    callToAction: "Appeler",
    onPicture: "Agréé assurances",
    refused: {
      reasons: ["misleading_claim", "not_recognisable"],
      note: "Nommez votre entreprise, et n'écrivez « agréé » qu'avec le nom de l'assureur.",
    },
  },
];

/** What waits for its review and what was refused, each with a campaign of its trade; trades without one are left out. */
export function waitingCreatives(
  saved: readonly SavedCampaign[],
  {
    publicUrl,
    reviewer,
    nowMs,
  }: {
    readonly publicUrl: string;
    readonly reviewer: string;
    readonly nowMs: number;
  },
): readonly CreativeWrite[] {
  return waiting.flatMap((one) => {
    const campaign = saved.find(
      ({ trade, stored }) => trade === one.trade && stored.status === "active",
    );
    if (campaign === undefined) return [];
    const image = (size: readonly [number, number]) =>
      demoImageUrl(publicUrl, one.trade, one.onPicture, size);
    const creative: DemoCreative = {
      format: "native",
      landingUrl: campaign.creatives[0]?.landingUrl ?? "https://boutique.example.com/",
      title: withFrenchSpaces(one.title),
      text: withFrenchSpaces(one.text),
      callToAction: one.callToAction,
      ...nativePictures(image),
    };
    const review: ReviewWrite =
      one.refused === null
        ? pendingReview
        : {
            status: "rejected",
            reasons: one.refused.reasons,
            note: withFrenchSpaces(one.refused.note),
            reviewedBy: reviewer,
            at: new Date(nowMs).toISOString(),
          };
    return [{ ...demoCreativeToFields(creative, campaign.stored.campaignId), review }];
  });
}

type Edit = EntityChange<StoredCampaign, CampaignWrite>;

/**
 * What people have changed about their campaigns, in rounds that end where each campaign stands: paused and taken up again, a
 * budget that was raised. The audit log remembers it as theirs.
 */
export function editsOf(saved: readonly SavedCampaign[]): readonly (readonly Edit[])[] {
  const paused = saved.filter(({ stored }) => stored.status === "paused");
  const raised = saved.filter(
    ({ stored }, index) => stored.status === "active" && index % 25 === 0,
  );
  return [
    [
      ...paused.map((one) => edit(one, { status: "active" })),
      ...raised.map((one) => edit(one, halved(one))),
    ],
    [...paused.map((one) => edit(one, {})), ...raised.map((one) => edit(one, {}))],
  ];
}

/** A campaign as it stands, but for some fields. */
const edit = ({ stored }: SavedCampaign, fields: Partial<CampaignWrite>): Edit => ({
  id: stored.campaignId,
  transform: () => ({ ...stored, compiledZone: null, ...fields }),
});

/** The total before it was raised; it still holds a day's budget. */
function halved({ stored }: SavedCampaign): Partial<CampaignWrite> {
  const { totalBudgetMicros, dailyBudgetMicros } = stored;
  if (totalBudgetMicros === null) return {};
  const half = Math.round(totalBudgetMicros / 2);
  return { totalBudgetMicros: Math.max(half, dailyBudgetMicros ?? 0) };
}
