import type { Trade } from "../tradeType.ts";
import { buildingTrades } from "./building.ts";
import { foodTrades } from "./food.ts";
import { outdoorTrades } from "./outdoor.ts";
import { serviceTrades } from "./services.ts";
import { shopTrades } from "./shops.ts";
import { vehicleTrades } from "./vehicles.ts";

/** Every trade of the demo, 42 of them. */
export const allTrades: readonly Trade[] = [
  ...buildingTrades,
  ...outdoorTrades,
  ...vehicleTrades,
  ...foodTrades,
  ...shopTrades,
  ...serviceTrades,
];
