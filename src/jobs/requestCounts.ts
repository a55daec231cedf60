import { categoryCode, facetDevices } from "../serving/eventFacets.ts";
import type { EmitEvent, ServingEvent } from "../serving/ports.ts";
import { sspPlacementOf } from "../serving/sspPlacement.ts";
import type { DeviceType } from "../targeting/types.ts";

/** How often a placement was asked about in an hour. */
export interface RequestCount {
  readonly placementId: string;
  /** The hour's beginning. */
  readonly hourMs: number;
  /** See `EventFacets`. */
  readonly device: number;
  readonly category: number;
  /** Samples scaled to what they stand for. */
  readonly requests: number;
}

export interface RequestFlush {
  /** The node's run, and which of its flushes this is: the same one again adds nothing. */
  readonly node: string;
  readonly flush: number;
  readonly counts: readonly RequestCount[];
  /** Paths of the categories among them. */
  readonly categories: ReadonlyMap<number, string>;
}

export interface RequestCounts {
  /** Counts the decisions that pass on their way to the stream. */
  readonly hearing: (emit: EmitEvent) => EmitEvent;
  /** Adds what was counted to the store; what cannot be added is added next time, once. */
  readonly flushOnce: () => Promise<void>;
  readonly state: () => { readonly waiting: number };
}

const hourMs = 3_600_000;
/** Anybody may name placements and categories: an hour knows so many of them, and what comes then is summed as unknown. */
const keysPerHour = 5_000;
/** Placements have at most 128 characters on pages. */
const maxPlacementLength = 255;

interface Counting {
  counts: Map<string, { key: Omit<RequestCount, "requests">; requests: number }>;
  categories: Map<number, string>;
}

/** Requests by placement, hour, device and category on one node. A node that is killed loses what it had not flushed. */
export function createRequestCounts(
  node: string,
  add: (flush: RequestFlush) => Promise<void>,
): RequestCounts {
  let open: Counting = { counts: new Map(), categories: new Map() };
  let waiting: RequestFlush | null = null;
  let flushes = 0;
  let known = { hour: -1, keys: new Set<string>() };
  let flushing: Promise<void> = Promise.resolve();

  const isKnown = (hour: number, key: string): boolean => {
    if (hour > known.hour) known = { hour, keys: new Set() };
    if (known.keys.size < keysPerHour) known.keys.add(key);
    return known.keys.has(key);
  };
  const count = (asked: Asked, placementId: string): void => {
    const hour = Math.floor(asked.atMs / hourMs) * hourMs;
    const told = { placementId, hourMs: hour, device: asked.device, category: asked.category };
    const full = `${hour} ${asked.device} ${asked.category} ${placementId}`;
    const isOwn = isKnown(hour, full);
    const key = isOwn ? told : { ...told, placementId: "", category: 0 };
    const name = isOwn ? full : `${hour} ${asked.device} 0 `;
    const before = open.counts.get(name);
    if (before === undefined) open.counts.set(name, { key, requests: asked.weight });
    else before.requests += asked.weight;
    if (isOwn && asked.path !== null) open.categories.set(asked.category, asked.path);
  };
  const flush = async (): Promise<void> => {
    if (waiting === null && open.counts.size > 0) {
      const { counts, categories } = open;
      open = { counts: new Map(), categories: new Map() };
      const rows = [...counts.values()].map(({ key, requests }) => ({ ...key, requests }));
      waiting = { node, flush: ++flushes, counts: rows, categories };
    }
    if (waiting === null) return;
    await add(waiting);
    waiting = null;
  };
  return {
    hearing: (emit) => (event) => {
      const asked = askedOf(event);
      for (const placementId of asked?.placementIds ?? []) count(asked!, placementId);
      emit(event);
    },
    flushOnce() {
      flushing = flushing.catch(() => undefined).then(flush);
      return flushing;
    },
    state: () => ({ waiting: open.counts.size + (waiting?.counts.length ?? 0) }),
  };
}

interface Asked {
  readonly atMs: number;
  readonly device: number;
  readonly category: number;
  readonly path: string | null;
  readonly weight: number;
  readonly placementIds: readonly string[];
}

/** What a decision's event says of its request; null for other events. An SSP's slots are all one placement. */
function askedOf({ schema, occurredAtMs, payload }: ServingEvent): Asked | null {
  if (schema !== "ad_decision.v1" && schema !== "bid_decision.v1") return null;
  const { placements, deviceType, category, weight, ssp } = payload;
  if (!Array.isArray(placements)) return null;
  const path = typeof category === "string" && category !== "" ? category.slice(0, 128) : null;
  return {
    atMs: occurredAtMs,
    device: facetDevices.indexOf(deviceType as DeviceType) + 1,
    category: categoryCode(path),
    path,
    weight: typeof weight === "number" && weight > 0 ? weight : 1,
    placementIds: placements.map((placement: { readonly id?: unknown }) =>
      typeof ssp === "string"
        ? sspPlacementOf(ssp)
        : String(placement.id).slice(0, maxPlacementLength),
    ),
  };
}
