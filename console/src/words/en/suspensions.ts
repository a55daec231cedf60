import type { SameWords } from "../dictionary.ts";
import type { suspensionsFr } from "../fr/suspensions.ts";

export const suspensionsEn: SameWords<typeof suspensionsFr> = {
  heading: "Stops by the operator",
  stopped: {
    creative: (reason) => `The operator has stopped this ad: ${reason}`,
    campaign: (reason) => `The operator has stopped this campaign: ${reason}`,
    advertiser: (reason) => `The operator has stopped all campaigns of this advertiser: ${reason}`,
  },
  release: "Let it run again",
  asks: {
    title: "Let it run again?",
    text: {
      creative: "The ad is shown again within a second, if it is approved.",
      campaign: "The campaign is shown again within a second.",
      advertiser: "Its campaigns are shown again within a second.",
    },
  },
  released: "It runs again.",
};
