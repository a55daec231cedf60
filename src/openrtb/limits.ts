/** How much of a bid request is read. What goes beyond is left out; of an id, it is a breach. */
export const limits = {
  impsRead: 100,
  imps: 20,
  idCharacters: 256,
  shortCharacters: 64,
  nameCharacters: 128,
  urlCharacters: 2_048,
  userAgentCharacters: 1_024,
  consentCharacters: 8_192,
  nativeCharacters: 65_536,
  /** Block lists: a longer one cannot be obeyed (see `blockListsCut`). */
  blocked: 10_000,
  /** Lists of codes: attributes, APIs, types. */
  codes: 100,
  categories: 1_000,
  seats: 1_000,
  currencies: 50,
  languages: 50,
  keywords: 100,
  keywordCharacters: 50,
  formats: 50,
  /** Pixels of a side. */
  side: 100_000,
  deals: 50,
  nativeAssets: 50,
  eventTrackers: 20,
  schainNodes: 30,
  eids: 50,
  maxTmaxMs: 600_000,
  /** A thousand million of a currency per thousand: a floor that nobody reaches, and still a safe integer in micros. */
  maxFloorMicros: 1_000_000_000_000_000,
} as const;
