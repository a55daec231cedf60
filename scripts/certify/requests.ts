/** Parts of bid requests. All ask for `test`: a certification holds and bills nothing. */

type Json = Readonly<Record<string, unknown>>;

/** In the middle of Limoges, where the demo has shops. */
export const limoges = {
  lat: 45.8336,
  lon: 1.2611,
  type: 1,
  accuracy: 20,
  country: "FRA",
  city: "Limoges",
  zip: "87000",
} as const;

export const phone =
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36";

let requests = 0;

/** A request of 2.6 for one banner of usual sizes, from a page on a phone in Limoges, no consent needed (`gdpr` 0). `tmax` is added when it is sent. */
export function requestOf(fields: Json = {}): Json {
  requests += 1;
  return {
    id: `certification-${requests}`,
    test: 1,
    at: 1,
    cur: ["EUR"],
    imp: [bannerImp()],
    site: {
      id: "site-1",
      domain: "publisher.example",
      page: "https://www.publisher.example/annonces/1",
      publisher: { id: "pub-1", domain: "publisher.example" },
    },
    device: { ua: phone, ip: "81.56.12.34", devicetype: 4, language: "fr", geo: limoges },
    regs: { gdpr: 0 },
    ...fields,
  };
}

/** A banner without a floor that takes what is not https too: a certification may run against a developer's machine. */
export function bannerImp(fields: Json = {}, banner: Json = {}): Json {
  const format = [
    { w: 300, h: 250 },
    { w: 300, h: 600 },
    { w: 728, h: 90 },
    { w: 320, h: 50 },
  ];
  return { id: "1", banner: { format, ...banner }, bidfloor: 0, bidfloorcur: "EUR", ...fields };
}

export const titleAsset = { id: 1, required: 1, title: { len: 140 } };
export const mainImage = { id: 2, required: 1, img: { type: 3, wmin: 1, hmin: 1 } };
export const sponsoredBy = { id: 3, required: 1, data: { type: 1 } };

export function nativeRequest(fields: Json = {}): Json {
  return {
    ver: "1.2",
    context: 1,
    plcmttype: 1,
    assets: [
      titleAsset,
      mainImage,
      sponsoredBy,
      { id: 4, data: { type: 2, len: 300 } },
      { id: 5, data: { type: 12, len: 60 } },
    ],
    eventtrackers: [
      { event: 1, methods: [1, 2] },
      { event: 2, methods: [1] },
    ],
    ...fields,
  };
}

/** `native` is the object of the imp; its request a string unless given otherwise. */
export function nativeImp(native: Json = {}, fields: Json = {}): Json {
  const request = JSON.stringify(nativeRequest());
  return { id: "1", native: { ver: "1.2", request, ...native }, bidfloorcur: "EUR", ...fields };
}

/** A request with one native imp whose native request has these fields. */
export function nativeAsk(fields: Json): Json {
  return requestOf({ imp: [nativeImp({ request: JSON.stringify(nativeRequest(fields)) })] });
}
