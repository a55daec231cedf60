import { bannerImp, limoges, nativeImp, phone, requestOf } from "../requests.ts";
import type { CertificationCase, Look } from "../types.ts";

type Fields = Readonly<Record<string, unknown>>;

const setsNoCookie: Look = ({ answer }) =>
  answer.headers["set-cookie"] === undefined ? [] : ["a cookie is set"];

/** A string of TCF 2 of the year 2019 that grants nothing to anybody: too old to be valid. */
const oldConsent = "COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA";

/** Consent, children, places and the Digital Services Act. What was used of a visitor cannot be seen from outside. */
export const privacyCases: readonly CertificationCase[] = [
  privacy("answers where the law applies and nothing was consented to, and sets no cookie", {
    regs: { gdpr: 1 },
  }),
  privacy("answers where nothing is said of the law", { regs: undefined }),
  privacy("reads gdpr and consent at their homes of 2.5", {
    regs: { ext: { gdpr: 1 } },
    user: { ext: { consent: oldConsent } },
  }),
  privacy("takes a consent string that is no such thing", {
    regs: { gdpr: 1 },
    user: { consent: "YES" },
  }),
  privacy("reads GPP with a European section", {
    regs: { gpp: `DBABMA~${oldConsent}`, gpp_sid: [2] },
  }),
  privacy("answers for children", {
    regs: { gdpr: 0, coppa: 1 },
    user: { id: "u", buyeruid: "b" },
  }),
  privacy("answers where tracking is limited", {
    device: { ua: phone, lmt: 1, dnt: 1, geo: limoges },
  }),
  privacy("takes identifiers of others", {
    user: {
      buyeruid: "unknown",
      eids: [{ source: "id.example", uids: [{ id: "abc", atype: 1 }] }],
    },
  }),
  place("takes the place of the address", { geo: { ...limoges, type: 2, accuracy: undefined } }),
  place("takes a place given by the user", { geo: { ...limoges, type: 3 } }),
  place("takes a town without a position", {
    geo: { country: "FRA", zip: "87000", city: "Limoges" },
  }),
  place("takes a position on the equator for none", { geo: { lat: 0, lon: 0, type: 1 } }),
  place("answers from abroad", { geo: { lat: 52.52, lon: 13.4, country: "DEU", type: 1 } }),
  place("answers without any place", {}),
  dsa(
    "carries the DSA object and renders it where nobody else does",
    { dsarequired: 3, pubrender: 0, datatopub: 2 },
    1,
  ),
  dsa(
    "leaves the DSA notice to a publisher who renders it",
    { dsarequired: 2, pubrender: 2, datatopub: 1 },
    0,
  ),
  {
    group: "dsa",
    name: "does not offer a native ad where nobody would render the DSA notice",
    body: () =>
      requestOf({
        imp: [nativeImp()],
        regs: { gdpr: 0, ext: { dsa: { dsarequired: 3, pubrender: 0, datatopub: 0 } } },
      }),
    expect: "no bid",
  },
];

function privacy(name: string, fields: Fields): CertificationCase {
  return {
    group: "privacy",
    name,
    body: () => requestOf(fields),
    expect: "either",
    look: setsNoCookie,
  };
}

function place(name: string, device: Fields): CertificationCase {
  return {
    group: "places",
    name,
    body: () => requestOf({ device: { ua: phone, ...device } }),
    expect: "either",
  };
}

function dsa(name: string, ask: Fields, adrender: 0 | 1): CertificationCase {
  return {
    group: "dsa",
    name,
    body: () => requestOf({ imp: [bannerImp()], regs: { gdpr: 0, ext: { dsa: ask } } }),
    expect: "bid",
    look: ({ bids }) =>
      bids.flatMap((bid) => {
        const told = bid.ext?.dsa;
        if (told === undefined) return ["ext.dsa is missing"];
        return told.adrender === adrender ? [] : [`adrender is ${told.adrender}, not ${adrender}`];
      }),
  };
}
