/** At most this factor for all audience boosts of a campaign together. */
export const maxAudienceMultiplier = 3;

/** At the centre of a campaign's circle the value is worth this much more; at its edge nothing more. Shapes without a circle: 1. */
export const maxNearnessMultiplier = 1.25;

/** For a page that a campaign explicitly wants, by category or keyword. */
export const categoryFitMultiplier = 1.2;
