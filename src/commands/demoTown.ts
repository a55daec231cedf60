import { readFile } from "node:fs/promises";
import type { Router } from "express";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import type { Stores } from "../compose/stores.ts";
import type { Config } from "../config.ts";
import { createConsentReader } from "../consent/consentOf.ts";
import { placesToDemoPlaces } from "../demo/demoPlaces.ts";
import { demoSite } from "../demo/demoSite.ts";
import type { DemoPlace } from "../demo/demoTypes.ts";
import { createTownFiles, type TownFile } from "../demo/town/townFiles.ts";
import { type AskServer, createWatchTown } from "../demo/town/watchTown.ts";
import { PublicError } from "../errors.ts";
import type { Places } from "../geo/places.ts";
import { searchPlaces } from "../geo/searchPlaces.ts";
import { type DemoTownDeps, demoTownRouterWhenAsked, type TownBudget } from "../routes/demoTown.ts";
import { createCampaignStore } from "../stores/postgres/campaignStore.ts";
import { createReadSpending } from "../stores/redis/spending.ts";

export interface DemoTownOptions {
  readonly config: Pick<Config, "publicUrl" | "tcfRole" | "tcfVendorId">;
  /** This server, from this machine: "http://127.0.0.1:8080". */
  readonly baseUrl: string;
  /** Of an administrator: it explains, and never leaves this process. */
  readonly adminKey: string;
  /** The stores of the server, once it is composed. */
  readonly stores: () => Stores;
}

const patienceMs = 5_000;
const tagFolder = new URL("../../tag/page/dist/", import.meta.url);

/** The demo town on the server that it is a part of. */
export function composeDemoTown(options: DemoTownOptions): Router {
  return demoTownRouterWhenAsked(() => depsOf(options));
}

function depsOf(options: DemoTownOptions): DemoTownDeps {
  const { config, stores } = options;
  const { places } = stores();
  const demoPlaces = placesToDemoPlaces(places);
  const ask = createAsk(options);
  const watch = createWatchTown({
    ask,
    places: demoPlaces,
    readConsent: createConsentReader({ vendorId: config.tcfVendorId, role: config.tcfRole }),
    segmentNames: async () => {
      const segments = await createCampaignStore(stores().db).segments.readAll();
      return new Map(segments.map(({ segmentId, name }) => [segmentId, name]));
    },
    nowMs: Date.now,
  });
  return {
    watch,
    tellActivity: (body, userAgent) => ask("/v1/activity", { body, userAgent, withKey: false }),
    places: demoPlaces,
    findPlace: createFindPlace(places, demoPlaces),
    readFile: createTownFiles(),
    readTag,
    readBudgets: (ids) => readBudgets(stores(), ids),
    siteKey: demoSite.publicKey,
    publicUrl: config.publicUrl,
  };
}

function createAsk({ baseUrl, adminKey }: DemoTownOptions): AskServer {
  return async (path, { body, userAgent, withKey }) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "content-type": "application/json",
        ...(userAgent === undefined ? {} : { "user-agent": userAgent }),
        ...(withKey ? { authorization: `Bearer ${adminKey}` } : {}),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(patienceMs),
    }).catch(() => {
      throw new PublicError("unavailable", "The server took too long to ask itself; try again.");
    });
    return { status: response.status, json: await response.json() };
  };
}

/** The tag as it was built, under addresses by which it asks `/demo/v1/ads`: what it asks for is seen on its way. */
async function readTag(path: string): Promise<TownFile | null> {
  const [, version] = /^(?:([\w.-]{1,40})\/)?atelier\.js$/.exec(path) ?? [];
  if (version === undefined && path !== "atelier.js") return null;
  const name = version === undefined ? "atelier.js" : `atelier-${version}.js`;
  const body = await readFile(new URL(name, tagFolder)).catch(() => null);
  return body === null ? null : { contentType: "text/javascript; charset=utf-8", body };
}

/** By code first, then by what the server itself would find. */
function createFindPlace(
  places: Places,
  demoPlaces: readonly DemoPlace[],
): (text: string) => DemoPlace | null {
  const byCode = new Map(demoPlaces.map((place) => [place.inseeCode, place]));
  return (text) => {
    const known = byCode.get(text.trim().toUpperCase());
    if (known !== undefined || text.trim() === "") return known ?? null;
    const found = searchPlaces(places, text, { limit: 5 });
    for (const { kind, code } of found) {
      const place =
        kind === "commune"
          ? byCode.get(code)
          : demoPlaces.find(
              ({ postalCodes }) => kind === "postalCode" && postalCodes.includes(code),
            );
      if (place !== undefined) return place;
    }
    return null;
  };
}

async function readBudgets(
  { db, redis }: Stores,
  campaignIds: readonly number[],
): Promise<readonly TownBudget[]> {
  const { campaigns } = createCampaignStore(db);
  const kept = await Promise.all(campaignIds.map((id) => campaigns.read(id)));
  const known = kept.filter((one) => one !== null);
  const counters = await createReadSpending(redis)(known, budgetDayOf(Date.now()));
  const byId = new Map(counters.map((one) => [one.campaignId, one]));
  return known.flatMap(({ campaignId, name, dailyBudgetMicros, totalBudgetMicros }) => {
    const counted = byId.get(campaignId);
    return counted === undefined
      ? []
      : [{ name, dailyBudgetMicros, totalBudgetMicros, ...counted }];
  });
}
