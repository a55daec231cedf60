import type { DemoPlace, DemoShop } from "./demoTypes.ts";
import { makeHiddenShops } from "./hiddenCampaigns.ts";
import { makeHouseAds } from "./houseAds.ts";
import { type DemoContext, makeShops } from "./makeShops.ts";
import { openShops } from "./openShops.ts";
import type { Random } from "./random.ts";
import { makeDepartementShops, makeGuaranteedShops } from "./widerCampaigns.ts";

/**
 * A living demo over the given places: shops of every trade, campaigns of whole départements, guaranteed and house ads,
 * and some that must not show. The same places, moment and seed give the same demo.
 */
export function generateDemo(
  places: readonly DemoPlace[],
  context: DemoContext,
  random: Random,
): readonly DemoShop[] {
  const inhabited = places.filter((place) => place.population > 0);
  return [
    ...makeHouseAds(context),
    ...makeGuaranteedShops(inhabited, context),
    ...makeHiddenShops(context),
    ...makeDepartementShops(inhabited, context),
    ...makeShops(openShops(inhabited, random), context, random),
  ];
}
