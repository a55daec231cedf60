import type { SameWords } from "../dictionary.ts";
import type { mapFr } from "../fr/map.ts";

export const mapEn: SameWords<typeof mapFr> = {
  keys: "Arrows: move the centre (with Shift: farther). + and −: change the radius.",
  sources: "Land: Natural Earth · Names: GeoNames, INSEE",
  plain: "A plain drawing: this browser cannot draw the map (WebGL). Everything else works.",
};
