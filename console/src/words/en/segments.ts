import type { SameWords } from "../dictionary.ts";
import type { segmentsFr } from "../fr/segments.ts";

export const segmentsEn: SameWords<typeof segmentsFr> = {
  title: "Audiences",
  subtitle: "The intentions that visitors' scores describe.",
  forbidden: {
    title: "For the operator",
    text: "Only the operator's administrators manage audiences.",
  },
  add: "Add an audience",
  none: {
    title: "No audience yet",
    text: "Add one, then load scores for it.",
  },
  columns: { name: "Audience", slug: "Identifier", size: "People (score ≥ 0.5)", rename: "Name" },
  people: (count) => `${count} people`,
  tooFew: "fewer than 50",
  counting: "counting…",
  notYet: "not known yet",
  rename: (name) => `Rename ${name}`,
  renameTitle: "Rename the audience",
  back: "All audiences",
  size: {
    heading: "Size",
    text: "People in France who can be recognised, a week, by the score asked for.",
    atLeast: (score) => `Score ≥ ${score}`,
    measured: "Measured on our pages.",
    prior:
      "Estimated from the census: nothing was measured yet, these scores are assumptions (a quarter on average).",
    private: "Fewer than 50 people are never shown; figures are rounded and noised as much.",
  },
  card: {
    heading: "Model card",
    version: "Model that serves",
    versionValue: (version) => `version ${version}`,
    noModel: "none: nobody has a score, and campaigns that ask for one do not show",
    unknownVersion: "unknown",
    scale: "Score",
    scaleValue: "0 to 1, the visitor's estimated interest; it expires after 35 days",
    consent: "Consent",
    consentValue: "read only with purposes 1, 3 and 4 of the TCF",
    told: "Told to visitors",
    toldValue: (name) => `“${name}”, among the reasons of an ad`,
    quality: "Quality (AUC, calibration)",
    qualityValue:
      "not known here: scores are loaded from a file that says nothing of how they were learnt",
    data: "Training data",
    dataValue: "not known here",
  },
  form: {
    createTitle: "New audience",
    slug: "Identifier",
    slugHint:
      "Lower case, digits and dashes. It names the audience in files of scores and never changes.",
    name: "Name",
    nameHint: "In French: visitors read it in the reasons of an ad.",
    create: "Create the audience",
    save: "Save",
    required: "This value is needed.",
    created: (name) => `The audience ${name} is made.`,
    saved: "The audience is renamed.",
  },
};
