/** Why a creative is refused: codes for programs, sentences for shopkeepers. */
export interface ReviewReason {
  readonly code: string;
  readonly fr: string;
  readonly en: string;
}

const reason = (code: string, fr: string, en: string): ReviewReason => ({ code, fr, en });

/** Codes are stored for good: one that is here may be reworded, never renamed. */
export const reviewReasons: readonly ReviewReason[] = [
  reason(
    "prohibited_category",
    "Ce produit ou ce service ne peut pas être promu ici.",
    "This product or service may not be advertised here.",
  ),
  reason(
    "missing_mention",
    "Une mention légale obligatoire manque (crédit, alcool, santé, véhicules…).",
    "A mention that the law asks for is missing (credit, alcohol, health, vehicles…).",
  ),
  reason(
    "misleading_claim",
    "L'annonce promet ce qui ne peut pas être tenu ou vérifié.",
    "The ad promises what cannot be kept or verified.",
  ),
  reason(
    "unclear_price",
    "Le prix ou la remise ne sont pas clairs, ou ne sont pas ceux de la page.",
    "The price or the discount is unclear, or is not that of the page.",
  ),
  reason(
    "not_recognisable",
    "On ne reconnaît pas qui fait la publicité.",
    "One cannot tell who advertises.",
  ),
  reason("landing_broken", "La page d'arrivée ne répond pas.", "The landing page does not answer."),
  reason(
    "landing_mismatch",
    "La page d'arrivée ne montre pas ce que l'annonce promet.",
    "The landing page does not show what the ad promises.",
  ),
  reason(
    "picture_quality",
    "L'image est floue, coupée ou illisible.",
    "The picture is blurred, cut off or unreadable.",
  ),
  reason(
    "picture_rights",
    "L'image ou la marque semblent appartenir à quelqu'un d'autre.",
    "The picture or the brand seems to be somebody else's.",
  ),
  reason(
    "text_quality",
    "Le texte contient des fautes, des majuscules ou des signes inutiles.",
    "The text has mistakes, needless capitals or signs.",
  ),
  reason(
    "imitates_interface",
    "L'annonce imite un bouton, une alerte ou le contenu du site.",
    "The ad imitates a button, an alert or the site's own content.",
  ),
  reason(
    "adult",
    "Le contenu est sexuel ou destiné aux adultes.",
    "The content is sexual or meant for adults.",
  ),
  reason("shocking", "Le contenu est violent ou choquant.", "The content is violent or shocking."),
  reason(
    "discriminatory",
    "L'annonce écarte ou rabaisse des personnes.",
    "The ad excludes or belittles people.",
  ),
  reason(
    "personal_data",
    "L'annonce collecte ou révèle des données personnelles.",
    "The ad collects or reveals personal data.",
  ),
  reason(
    "technical",
    "L'annonce ne s'affiche pas correctement.",
    "The ad does not display as it should.",
  ),
  reason("other", "Une autre raison, expliquée dans la note.", "Another reason, told in the note."),
];

export const reviewReasonCodes: readonly string[] = reviewReasons.map(({ code }) => code);
