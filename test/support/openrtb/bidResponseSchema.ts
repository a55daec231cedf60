import { Ajv2020 } from "ajv/dist/2020.js";

const text = (max: number) => ({ type: "string", minLength: 1, maxLength: max }) as const;
const url = { type: "string", maxLength: 4_096, pattern: "^https?://" } as const;
const pixels = { type: "integer", minimum: 1, maximum: 10_000 } as const;
const codes = { type: "array", minItems: 1, items: { type: "integer", minimum: 1 } } as const;

function strict(required: readonly string[], properties: Readonly<Record<string, object>>) {
  return { type: "object", additionalProperties: false, required, properties } as const;
}

const transparency = strict(["domain", "params"], {
  domain: text(253),
  params: { type: "array", items: { enum: [1, 2, 3] }, uniqueItems: true },
});

const dsa = strict(["behalf", "paid", "adrender"], {
  behalf: text(200),
  paid: text(200),
  transparency: { type: "array", minItems: 1, items: transparency },
  adrender: { enum: [0, 1] },
});

/** OpenRTB 2.6, section 4.2.3, of the fields that a banner or native bid has; what SSPs require of us is required. */
const bid = strict(
  ["id", "impid", "price", "adm", "adomain", "crid", "cid", "mtype", "exp", "nurl", "burl", "lurl"],
  {
    id: text(64),
    impid: text(256),
    price: { type: "number", exclusiveMinimum: 0 },
    adm: text(500_000),
    adomain: {
      type: "array",
      minItems: 1,
      maxItems: 1,
      items: { type: "string", pattern: "^[^/:]+$" },
    },
    crid: text(64),
    cid: text(64),
    iurl: url,
    cat: { type: "array", minItems: 1, items: text(30) },
    cattax: { type: "integer", minimum: 1 },
    attr: codes,
    w: pixels,
    h: pixels,
    wratio: pixels,
    hratio: pixels,
    mtype: { enum: [1, 4] },
    exp: { type: "integer", minimum: 1 },
    language: { type: "string", pattern: "^[a-z]{2}$" },
    dealid: text(256),
    nurl: url,
    burl: url,
    lurl: url,
    ext: strict([], { dsa }),
  },
);

const seatBid = strict(["bid"], {
  seat: text(256),
  bid: { type: "array", minItems: 1, items: bid },
});

const response = {
  ...strict(["id"], {
    id: text(256),
    bidid: text(64),
    cur: { type: "string", pattern: "^[A-Z]{3}$" },
    seatbid: { type: "array", minItems: 1, maxItems: 1, items: seatBid },
    nbr: { type: "integer", minimum: 0 },
  }),
  // Either bids in a currency, or the reason why not.
  oneOf: [{ required: ["seatbid", "cur", "bidid"] }, { required: ["nbr"] }],
} as const;

const asset = {
  ...strict(["id"], {
    id: { type: "integer" },
    title: strict(["text"], { text: text(1_000) }),
    img: strict(["url"], { url, w: pixels, h: pixels }),
    data: strict(["value"], { value: text(1_000) }),
  }),
  // Only one of them should be present in each asset.
  oneOf: [{ required: ["title"] }, { required: ["img"] }, { required: ["data"] }],
} as const;

const tracker = strict(["event", "method", "url"], {
  event: { type: "integer", minimum: 1 },
  method: { type: "integer", minimum: 1 },
  url,
});

/** Dynamic Native Ads 1.2, section 5, without its root node. */
const native = strict(["assets", "link"], {
  ver: { enum: ["1.1", "1.2"] },
  assets: { type: "array", minItems: 1, items: asset },
  link: strict(["url"], {
    url: text(4_096),
    clicktrackers: { type: "array", minItems: 1, items: url },
  }),
  imptrackers: { type: "array", minItems: 1, items: url },
  eventtrackers: { type: "array", items: tracker },
  privacy: url,
});

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
const checkResponse = ajv.compile(response);
const checkNative = ajv.compile(native);

/** What of a body breaks the schema of bid responses, as sentences that begin with the path. */
export function responseProblems(body: unknown): readonly string[] {
  return checkResponse(body) ? [] : sentences(checkResponse.errors);
}

/** The same of a native ad, without a root node. */
export function nativeProblems(ad: unknown): readonly string[] {
  return checkNative(ad) ? [] : sentences(checkNative.errors);
}

function sentences(errors: typeof checkResponse.errors): readonly string[] {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
}
