import type { Consent, ConsentBasis } from "../consent/types.ts";
import { europeanSectionOf } from "../openrtb/gppSection.ts";
import type { Ssp } from "./bidPorts.ts";
import { type BuyerUidKey, newVisitorId, sealVisitorId, visitorIdLeftMs } from "./buyerUid.ts";

/** What a user sync brings: parameters of the address, a cookie of ours, a header. */
export interface SyncAsk {
  /** "1" or "0"; anything else means that the law applies. */
  readonly gdpr: string | null;
  readonly gdprConsent: string | null;
  readonly gpp: string | null;
  readonly gppSections: string | null;
  readonly coppa: boolean;
  /** The browser's owner forbids selling (Global Privacy Control). */
  readonly gpc: boolean;
  /** The SSP's own id of the visitor; null = it tells none. */
  readonly uid: string | null;
  /** Where to send the browser instead of the SSP's usual address; of the same host. */
  readonly redirect: string | null;
  /** The visitor id in our cookie; null = there is none. */
  readonly cookie: string | null;
  /** The browser was sent back to us, to see whether it keeps cookies. */
  readonly isCheck: boolean;
}

/** What is to be done with the browser. */
export type SyncStep =
  /** Nothing, and nothing is known of it. `forget` = a cookie of before is taken away. */
  | { readonly kind: "nothing"; readonly forget: boolean }
  | { readonly kind: "bad_redirect" }
  /** It is given a cookie and comes back, to see whether it keeps it. */
  | { readonly kind: "check"; readonly visitorId: string; readonly cookieLifeMs: number }
  | {
      readonly kind: "known";
      readonly visitorId: string;
      /** Where it tells the SSP our id; null = the SSP has told its own, and that is all. */
      readonly location: string | null;
    };

export interface UserSyncDeps {
  readonly readConsent: (
    signals: { readonly gdpr?: boolean; readonly tcString?: string | null },
    nowMs: number,
  ) => Consent;
  readonly key: BuyerUidKey;
  readonly random: () => Uint8Array;
}

const european = "2";
/** Said no, rather than nothing that we could read. */
const refusals: readonly ConsentBasis[] = ["vendor_refused", "tc_string", "expired"];

/**
 * Decides a user sync. An id is read from the browser or given to it only with consent to storage (TCF purpose 1, and our
 * own vendor bit); whoever withdraws it loses the id. A browser that keeps no cookies of others is left alone: an id that
 * is another at each visit helps nobody. Pure but for the chance in new ids.
 */
export function planSync(
  ask: SyncAsk,
  ssp: Pick<Ssp, "sspId" | "syncUrl" | "openToBrowsers">,
  nowMs: number,
  deps: UserSyncDeps,
): SyncStep {
  const consent = deps.readConsent(signalsOf(ask), nowMs);
  const leftMs = ask.cookie === null ? 0 : visitorIdLeftMs(ask.cookie, nowMs);
  if (!consent.mayStore || ask.coppa || ask.gpc) {
    const saysNo = ask.gpc || ask.coppa || refusals.includes(consent.basis);
    return { kind: "nothing", forget: saysNo && ask.cookie !== null };
  }
  const target = targetOf(ask, ssp);
  if (target === "bad_redirect") return { kind: "bad_redirect" };
  // Pages that ask by themselves bring the cookie: then there is nobody to tell.
  const isOfUse = target !== null || ask.uid !== null || ssp.openToBrowsers;
  if (!isOfUse) return { kind: "nothing", forget: false };
  if (ask.cookie !== null && leftMs > 0) {
    const uid = sealVisitorId(ask.cookie, ssp.sspId, deps.key);
    const location = target === null ? null : fillMacros(target, uid, ask);
    return { kind: "known", visitorId: ask.cookie, location };
  }
  if (ask.isCheck) return { kind: "nothing", forget: false };
  const visitorId = newVisitorId(nowMs, deps.random());
  return { kind: "check", visitorId, cookieLifeMs: visitorIdLeftMs(visitorId, nowMs) };
}

function signalsOf({ gdpr, gdprConsent, gpp, gppSections }: SyncAsk) {
  const isEuropean = (gppSections ?? "").split(/[,_]/).includes(european);
  const tcString = gdprConsent ?? (gpp === null ? null : europeanSectionOf(gpp));
  if (gdpr === "1" || isEuropean) return { gdpr: true, tcString };
  return gdpr === "0" ? { gdpr: false, tcString } : { tcString };
}

/** The browser is only ever sent where the SSP's own settings point: nobody may borrow our address for another way. */
function targetOf({ redirect }: SyncAsk, { syncUrl }: Pick<Ssp, "syncUrl">) {
  const home = syncUrl === null ? null : hostOf(syncUrl);
  // Settings of before this was asked of them lead nowhere.
  if (redirect === null) return home === null ? null : syncUrl;
  return home !== null && hostOf(redirect) === home ? redirect : "bad_redirect";
}

function hostOf(address: string): string | null {
  // A macro in the host would stand for anything.
  if (!URL.canParse(address)) return null;
  const { protocol, host, username, password } = new URL(address);
  const isPlain = username === "" && password === "" && plainHost.test(host);
  return protocol === "https:" && isPlain ? host : null;
}

/** As `plainHost` of src/campaigns/sspSchema.ts. */
const plainHost = /^[a-z0-9.-]+(?::\d{1,5})?$/;

/** Braces in a path are kept as URLs write them. */
const macros = /(?:\{|%7B)(uid|gdpr|gdpr_consent|gpp|gpp_sid)(?:\}|%7D)|\$UID/g;

function fillMacros(target: string, uid: string, ask: SyncAsk): string {
  const values: Readonly<Record<string, string>> = {
    uid,
    gdpr: ask.gdpr ?? "",
    gdpr_consent: ask.gdprConsent ?? "",
    gpp: ask.gpp ?? "",
    gpp_sid: ask.gppSections ?? "",
  };
  const filled = target.replace(macros, (_all, name) =>
    encodeURIComponent(values[typeof name === "string" ? name : "uid"] ?? ""),
  );
  return new URL(filled).href;
}
