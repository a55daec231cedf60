import { limits } from "./limits.ts";
import { parseGeo } from "./parseGeo.ts";
import { childOf, type Fields, integerOf, listOf, objectOf, textOf } from "./read.ts";
import type { BidUser, ExtendedId } from "./types.ts";

/** Reads a user object (2.6 §3.2.20). Of a child (`coppa`) neither ids nor home are kept. */
export function parseUser(user: Fields, coppa: boolean): BidUser {
  if (coppa) return { buyerUid: null, eids: [], geo: null };
  const buyerUid = textOf(user.buyeruid ?? user.buyerid, limits.idCharacters);
  return { buyerUid, eids: readEids(user), geo: parseGeo(user.geo) };
}

/** At `user.eids`, and at 2.5's home `user.ext.eids`; some send both with the same ids. */
function readEids(user: Fields): readonly ExtendedId[] {
  const eids = new Map<string, ExtendedId>();
  for (const list of [user.eids, childOf(user, "ext").eids]) {
    for (const item of listOf(list, limits.eids)) {
      const eid = objectOf(item);
      const source = eid === null ? null : textOf(eid.source, limits.nameCharacters);
      if (eid === null || source === null) continue;
      addUids(eids, source.toLowerCase(), eid);
    }
  }
  return [...eids.values()];
}

function addUids(eids: Map<string, ExtendedId>, source: string, eid: Fields): void {
  for (const item of listOf(eid.uids ?? (eid.id === undefined ? undefined : eid), limits.eids)) {
    const uid = objectOf(item);
    const id = uid === null ? null : textOf(uid.id, limits.idCharacters * 4);
    if (uid === null || id === null) continue;
    const key = `${source} ${id}`;
    if (eids.size >= limits.eids || eids.has(key)) continue;
    eids.set(key, { source, id, atype: integerOf(uid.atype) });
  }
}
