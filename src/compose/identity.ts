import { randomUUID } from "node:crypto";
import { createIdentifierHashOf, type IdentifierKind } from "../audience/identifierHash.ts";
import type { Config } from "../config.ts";
import { createConsentReader } from "../consent/consentOf.ts";
import { createIdentityRecorder, type IdentityRecorder } from "../jobs/identityRecorder.ts";
import type { VisitorsRouterDeps } from "../routes/visitors.ts";
import { withPublicFaults } from "../stores/postgres/faults.ts";
import {
  createIdentitySightings,
  type IdentitySightings,
} from "../stores/postgres/identitySightings.ts";
import { createLakeErasures, type LakeErasures } from "../stores/postgres/lakeErasures.ts";
import {
  createVisitorIdentifiers,
  type VisitorIdentifiers,
} from "../stores/postgres/visitorIdentifiers.ts";
import { composeListPublishing } from "./audienceLists.ts";
import type { Stores } from "./stores.ts";

/** Who is behind visitors, on one node. */
export interface Identity {
  readonly sightings: IdentitySightings;
  readonly identifiers: VisitorIdentifiers;
  readonly lakeErasures: LakeErasures;
  readonly recorder: IdentityRecorder;
  /** Brings who is on lists of customers into scores; answers on how many lists there was work. */
  readonly publishListsOnce: () => Promise<number>;
  readonly routeDeps: Pick<VisitorsRouterDeps, "logOut" | "giveIdentifiers">;
}

export function composeIdentity(
  config: Pick<Config, "visitorSecret" | "tcfVendorId" | "tcfRole">,
  stores: Pick<Stores, "jobsDb" | "clock" | "events" | "scores">,
  keyOf: (visitorId: string) => string,
): Identity {
  const { jobsDb, clock, events } = stores;
  const sightings = createIdentitySightings(jobsDb);
  const identifiers = createVisitorIdentifiers(jobsDb);
  const recorder = createIdentityRecorder({
    add: sightings.add,
    emit: events.emit,
    newId: randomUUID,
  });
  const identifierHashOf = createIdentifierHashOf(config.visitorSecret);
  return {
    sightings,
    identifiers,
    lakeErasures: createLakeErasures(jobsDb),
    recorder,
    publishListsOnce: composeListPublishing(config, stores),
    routeDeps: {
      async logOut(visitorId) {
        const visitorKey = keyOf(visitorId);
        // What this node has heard lately first: it may be the log-in.
        await withPublicFaults(recorder.flushOnce);
        // Of who was never linked, as nobody agreed to it or all was erased, a log-out would be the only trace.
        if (!(await sightings.isLinked(visitorKey))) return;
        recorder.hearLogOut(visitorKey, clock.nowMs());
        await withPublicFaults(recorder.flushOnce);
      },
      giveIdentifiers: createGiveIdentifiers(config, {
        ...{ identifiers, keyOf, identifierHashOf },
        nowMs: clock.nowMs,
      }),
    },
  };
}

interface GivingParts {
  readonly identifiers: VisitorIdentifiers;
  readonly keyOf: (visitorId: string) => string;
  readonly identifierHashOf: (kind: IdentifierKind, sha256: string) => string;
  readonly nowMs: () => number;
}

function createGiveIdentifiers(
  { tcfVendorId: vendorId, tcfRole: role }: Pick<Config, "tcfVendorId" | "tcfRole">,
  { identifiers, keyOf, identifierHashOf, nowMs }: GivingParts,
): VisitorsRouterDeps["giveIdentifiers"] {
  const readConsent = createConsentReader({ vendorId, role });
  return async (visitorId, { identifiers: given, gdpr, consent: tcString = null, minor }) => {
    if (minor === true) return { kept: 0, reason: "minor" };
    const atMs = nowMs();
    const consent = readConsent({ gdpr, tcString }, atMs);
    if (!consent.mayStore || !consent.mayPersonalise) return { kept: 0, reason: "no_consent" };
    const hashes = given.map(({ kind, sha256 }) => identifierHashOf(kind, sha256));
    await identifiers.give(keyOf(visitorId), hashes, atMs);
    return { kept: given.length, reason: null };
  };
}
