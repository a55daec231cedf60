import type { Consent } from "../consent/types.ts";
import type { BidRequest, ExtendedId } from "../openrtb/types.ts";
import type { Ssp } from "./bidPorts.ts";
import { type BuyerUidKey, openBuyerUid, visitorIdLeftMs } from "./buyerUid.ts";

export interface VisitorOfBidDeps {
  readonly key: BuyerUidKey;
  /** Our own domain, under which publishers may pass our ids on as extended ids. */
  readonly ownSource: string;
  /** The visitor whom an SSP's own id stands for, from memory (see `linkNameOf`); absent = nobody. */
  readonly findLinked?: (name: string) => string | null;
  readonly nowMs: () => number;
}

/** Ids of a browser or device (1) and of a person (3); what an agent type does not name may be a whole publisher's. */
const usableTypes: readonly (number | null)[] = [1, 3];

/**
 * Gives the function that finds our own id of whoever will see the ad (see `VisitorOfBid`), without a look-up: from
 * `user.buyeruid`, or an extended id of our own domain, as we sealed it for this SSP; from the SSP's own id, where a sync has
 * told it; else from another extended id, which names a visitor that we know from bid requests only. Null without consent to store and read on the device, for children,
 * where the device limits tracking or its owner forbids selling, and for ids older than 13 months.
 */
export function createVisitorOfBid({ key, ownSource, findLinked, nowMs }: VisitorOfBidDeps) {
  return (
    request: Pick<BidRequest, "user" | "regs" | "device">,
    ssp: Pick<Ssp, "sspId" | "name" | "syncUrl">,
    consent: Pick<Consent, "mayStore">,
  ): string | null => {
    if (!mayKnow(request, consent)) return null;
    const { buyerUid, eids } = request.user;
    const sealed = [buyerUid, ...eids.filter(({ source }) => source === ownSource).map(idOf)];
    for (const one of sealed) {
      const visitorId = one === null ? null : openBuyerUid(one, ssp.sspId, key);
      if (visitorId !== null && visitorIdLeftMs(visitorId, nowMs()) > 0) return visitorId;
    }
    for (const { id } of eids.filter(({ source }) => isOfSsp(source, ssp))) {
      const visitorId = findLinked?.(linkNameOf(ssp, id)) ?? null;
      if (visitorId !== null && visitorIdLeftMs(visitorId, nowMs()) > 0) return visitorId;
    }
    return extendedVisitor(eids, ownSource);
  };
}

/** What an SSP's own id of a visitor is kept under. */
export function linkNameOf({ sspId }: Pick<Ssp, "sspId">, uid: string): string {
  return `link ${sspId} ${uid}`;
}

/** Its name with us, or a domain to which the host of its user sync belongs. */
function isOfSsp(source: string, { name, syncUrl }: Pick<Ssp, "name" | "syncUrl">): boolean {
  if (source === name) return true;
  const host = syncUrl !== null && URL.canParse(syncUrl) ? new URL(syncUrl).hostname : "";
  return source.includes(".") && `.${host}`.endsWith(`.${source}`);
}

function mayKnow(
  { regs, device }: Pick<BidRequest, "regs" | "device">,
  consent: Pick<Consent, "mayStore">,
): boolean {
  return consent.mayStore && !regs.coppa && !regs.gpc && !device.lmt && !device.dnt;
}

/** The same one of several whatever their order, so that caps count together. */
function extendedVisitor(eids: readonly ExtendedId[], ownSource: string): string | null {
  const names = eids
    .filter(({ source, atype }) => source !== ownSource && usableTypes.includes(atype))
    .map(nameOf)
    .sort();
  return names[0] ?? null;
}

/** Never taken for an id that a site gave: those have no space. It is only ever hashed. */
function nameOf({ source, id }: ExtendedId): string {
  return `eid ${source} ${id}`;
}

function idOf({ id }: ExtendedId): string {
  return id;
}
