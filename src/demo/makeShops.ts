import type { DemoShop } from "./demoTypes.ts";
import { makeCampaign } from "./makeCampaign.ts";
import { makeCreatives } from "./makeCreatives.ts";
import type { Opening } from "./openShops.ts";
import type { Random } from "./random.ts";
import { drawWording, fillPattern, type Wording } from "./shopTexts.ts";
import { givenNames } from "./shopWords.ts";

export interface DemoContext {
  readonly nowMs: number;
  /** Where this server is reached from a browser, without a slash at the end. */
  readonly publicUrl: string;
}

/** Share of the shops that also have banners. */
const bannerShare = 0.4;
/** Share of the shops with a second campaign. */
const secondCampaignShare = 0.06;

/** Gives each opening an owner, a name that no other shop of its commune has, and its campaigns. */
export function makeShops(
  openings: readonly Opening[],
  context: DemoContext,
  random: Random,
): readonly DemoShop[] {
  const takenNames = new Set<string>();
  return openings.map((opening) => makeShop(opening, takenNames, context, random));
}

function makeShop(
  opening: Opening,
  takenNames: Set<string>,
  context: DemoContext,
  random: Random,
): DemoShop {
  const { trade, place } = opening;
  const wording = drawWording(place.name, random);
  const name = drawName(opening, wording, takenNames, random);
  const options = { publicUrl: context.publicUrl, bannerShare };
  const campaign = (title: string) => ({
    ...makeCampaign(opening, context.nowMs, random),
    name: title,
    creatives: makeCreatives({ name, trade, place, wording }, options, random),
  });
  const campaigns = [campaign(`${name}, ${place.name}`)];
  if (random.chance(secondCampaignShare)) campaigns.push(campaign(`${name}, ${place.name} (bis)`));
  const ownerPays = random.chance(0.9);
  return {
    inseeCode: place.inseeCode,
    advertiser: {
      name,
      payerName: ownerPays ? name : `SARL ${wording.surname}`,
      trade: trade.name,
      balanceMicros: null,
    },
    campaigns,
  };
}

function drawName(
  opening: Opening,
  wording: Wording,
  takenNames: Set<string>,
  random: Random,
): string {
  const { trade, place } = opening;
  const keyOf = (name: string): string => `${place.departementCode} ${place.name} ${name}`;
  const choices = [
    fillPattern(random.pick(trade.names), wording),
    ...trade.names.map((pattern) => fillPattern(pattern, wording)),
    ...givenNames.map((givenName) => `${fillPattern(trade.names[0]!, wording)} & ${givenName}`),
  ];
  const name = choices.find((choice) => !takenNames.has(keyOf(choice)));
  if (name === undefined) throw new Error(`no name is left for a shop of ${place.name}`);
  takenNames.add(keyOf(name));
  return name;
}
