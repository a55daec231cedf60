import { europeanSectionOf } from "./gppSection.ts";
import { limits } from "./limits.ts";
import { childOf, type Fields, flagOf, integerOf, integersOf, objectOf, textOf } from "./read.ts";
import type { BidRegs, DsaAsk } from "./types.ts";

const europeanSection = 2;

/** Reads what binds a request: `regs` (2.6 §3.2.3) and the consent of `user`, each at its 2.6 and its 2.5 home. */
export function parseRegs(regs: Fields, user: Fields): BidRegs {
  const ext = childOf(regs, "ext");
  const gpp = textOf(regs.gpp ?? ext.gpp, limits.consentCharacters * 2);
  const sections = integersOf(regs.gpp_sid ?? ext.gpp_sid, limits.codes);
  return {
    gdpr: readGdpr([flagOf(regs.gdpr), flagOf(ext.gdpr)], sections),
    tcString: readTcString(user, gpp, sections),
    coppa: (flagOf(regs.coppa) ?? flagOf(ext.coppa)) === true,
    gpc: (flagOf(regs.gpc) ?? flagOf(ext.gpc)) === true,
    dsa: readDsa(objectOf(ext.dsa) ?? objectOf(regs.dsa)),
  };
}

/** The strictest of what is said; a section of GPP that is said to apply speaks for its law. */
function readGdpr(
  flags: readonly (boolean | null)[],
  sections: readonly number[],
): boolean | undefined {
  if (flags.includes(true) || sections.includes(europeanSection)) return true;
  return flags.includes(false) ? false : undefined;
}

/** The plain TC string goes before GPP's section of it, as IAB Europe asks. */
function readTcString(
  user: Fields,
  gpp: string | null,
  sections: readonly number[],
): string | null {
  const plain = [user.consent, childOf(user, "ext").consent]
    .map((it) => textOf(it, limits.consentCharacters))
    .filter((it) => it !== null);
  const tcString = plain.find((it) => it.startsWith("C")) ?? plain[0];
  if (tcString !== undefined) return tcString;
  if (gpp === null || (sections.length > 0 && !sections.includes(europeanSection))) return null;
  return europeanSectionOf(gpp);
}

/** Numbers beyond the lists mean the strictest that we know. */
function readDsa(dsa: Fields | null): DsaAsk | null {
  if (dsa === null) return null;
  const required = integerOf(dsa.dsarequired ?? dsa.dsainfo) ?? 0;
  const publisherRenders = integerOf(dsa.pubrender) ?? 0;
  const dataToPublisher = integerOf(dsa.datatopub) ?? 0;
  return {
    required: required === 0 || required === 1 || required === 2 ? required : 3,
    publisherRenders: publisherRenders === 1 || publisherRenders === 2 ? publisherRenders : 0,
    dataToPublisher: dataToPublisher === 0 || dataToPublisher === 1 ? dataToPublisher : 2,
  };
}
