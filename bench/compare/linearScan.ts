import { plainAds } from "./ads.ts";
import { listenWith } from "./listen.ts";

/**
 * A linear scan, about as fast as JavaScript scans: coordinates in typed arrays, a box before the distance, the best value
 * kept. It stops nowhere, since what an ad is worth may depend on the visitor. It decides: circle, category, value. Not:
 * caps, money, and everything that ads.ts leaves out. argv: port.
 */
const [port = "0"] = process.argv.slice(2);
const ads = plainAds();
const metersPerDegree = 111_195;
const lats = Float64Array.from(ads, ({ lat }) => lat);
const lons = Float64Array.from(ads, ({ lon }) => lon);
const reachDegrees = Float64Array.from(ads, ({ radiusMeters }) => radiusMeters / metersPerDegree);
const values = Float64Array.from(ads, ({ valueMicros }) => valueMicros);
const categories = [...new Set(ads.map(({ category }) => category))];
const categoryNumbers = Uint16Array.from(ads, ({ category }) => categories.indexOf(category));
const anyCategory = categories.indexOf("");

listenWith(({ lat, lon, category }) => {
  const wanted = categories.indexOf(category);
  const narrowing = Math.cos((lat * Math.PI) / 180);
  let best = -1;
  let bestValue = -1;
  for (let at = 0; at < lats.length; at++) {
    const reach = reachDegrees[at]!;
    const north = lats[at]! - lat;
    if (north > reach || north < -reach) continue;
    const east = (lons[at]! - lon) * narrowing;
    if (north * north + east * east > reach * reach) continue;
    const number = categoryNumbers[at]!;
    if (number !== anyCategory && number !== wanted) continue;
    const value = values[at]!;
    if (value > bestValue) {
      best = at;
      bestValue = value;
    }
  }
  return ads[best] ?? null;
}, Number(port));
