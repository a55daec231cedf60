import { gzipSync } from "node:zlib";
import { bannerImp, requestOf } from "../requests.ts";
import type { CertificationCase, Look } from "../types.ts";

const group = "transport";

const isVersioned: Look = ({ answer }) =>
  /^2\.\d+$/.test(String(answer.headers["x-openrtb-version"]))
    ? []
    : ["x-openrtb-version is missing"];

const isJson: Look = ({ answer }) =>
  /^application\/json/.test(String(answer.headers["content-type"]))
    ? []
    : ["content-type is not application/json"];

const isEmpty: Look = ({ answer }) => (answer.text === "" ? [] : ["the answer has content"]);

const common = { group, body: () => requestOf(), expect: "bid" } as const;

/** HTTP as OpenRTB 2.6 has it (section 2), and as exchanges and browsers bend it. */
export const transportCases: readonly CertificationCase[] = [
  {
    ...common,
    name: "answers JSON with its version",
    look: async (seen) => [...(await isVersioned(seen)), ...(await isJson(seen))],
  },
  {
    ...common,
    name: "takes a request of version 2.5",
    wire: { headers: { "x-openrtb-version": "2.5" } },
  },
  {
    ...common,
    name: "takes text/plain, as browsers send it",
    wire: { headers: { "content-type": "text/plain" } },
  },
  {
    ...common,
    name: "takes a request without a content type",
    wire: { headers: { "content-type": "" } },
  },
  {
    ...common,
    name: "takes gzip",
    wire: { encode: (json) => gzipSync(json), headers: { "content-encoding": "gzip" } },
  },
  {
    ...common,
    name: "takes gzip that only the address tells of, as Prebid.js sends it",
    wire: {
      encode: (json) => gzipSync(json),
      suffix: "?gzip=1",
      headers: { "content-type": "text/plain" },
    },
  },
  {
    ...common,
    name: "answers in gzip to who accepts it",
    wire: { headers: { "accept-encoding": "gzip" } },
    look: ({ answer }) =>
      answer.headers["content-encoding"] === "gzip" ? [] : ["content-encoding is not gzip"],
  },
  {
    ...common,
    name: "keeps the connection",
    look: ({ answer }) => (answer.reused ? [] : ["the connection was a new one"]),
  },
  {
    ...common,
    name: "ignores fields and values that it does not know",
    body: () =>
      requestOf({
        nonsense: { deep: [1, { x: null }] },
        imp: [
          bannerImp(
            { ext: { anything: true }, video3d: { w: 1 } },
            { pos: 99, vcm: 7, api: [999] },
          ),
        ],
        device: { ...Object(requestOf().device), devicetype: 99, connectiontype: 99 },
      }),
  },
  {
    ...common,
    name: "reads numbers that are written as texts",
    body: () => {
      const request = requestOf({ test: "1", at: "1", tmax: "2000", cur: "EUR" });
      const format = [
        { w: "300", h: "250" },
        { w: "728", h: "90" },
        { w: "300", h: "600" },
        { w: "320", h: "50" },
      ];
      return { ...request, imp: [bannerImp({ id: 1, bidfloor: "0" }, { format })] };
    },
  },
  refusal("no JSON", (json) => Buffer.from(json.slice(0, -2))),
  refusal("an empty body", () => Buffer.alloc(0)),
  refusal("a list instead of an object", (json) => Buffer.from(`[${json}]`)),
  refusal("gzip that was cut short", (json) => gzipSync(json).subarray(0, 40), {
    "content-encoding": "gzip",
  }),
  refusal("a body that inflates to 20 MB", () => gzipSync(Buffer.alloc(20_000_000, " ")), {
    "content-encoding": "gzip",
  }),
  breach("a request without an id", { id: undefined }),
  breach("a request without imps", { imp: [] }),
  breach("an imp that asks for nothing", { imp: [{ id: "1" }] }),
  breach("an imp without an id", { imp: [bannerImp({ id: undefined })] }),
  breach("two imps of one id", { imp: [bannerImp(), bannerImp()] }),
  breach("a floor that is no number", { imp: [bannerImp({ bidfloor: "cheap" })] }),
  breach("half a size", { imp: [bannerImp({}, { format: undefined, w: 300 })] }),
  breach("a site beside an app", { app: { bundle: "fr.example" } }),
];

function refusal(
  what: string,
  encode: (json: string) => Buffer,
  headers: Readonly<Record<string, string>> = {},
): CertificationCase {
  return {
    ...common,
    name: `refuses ${what}`,
    expect: "refusal",
    look: isEmpty,
    wire: { encode, headers },
  };
}

function breach(what: string, fields: Readonly<Record<string, unknown>>): CertificationCase {
  return {
    ...common,
    name: `refuses ${what}`,
    expect: "refusal",
    look: isEmpty,
    body: () => requestOf(fields),
  };
}
