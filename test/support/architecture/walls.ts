/** A wall: what the files of a room may import. Paths are prefixes ("src/geo/") or whole files. */
export interface Wall {
  readonly room: string;
  readonly mayImport: readonly string[];
  readonly mayUsePackages: readonly string[];
  /** No clock, no chance, no environment, no I/O: they are arguments. */
  readonly pure: boolean;
}

/** Not a room: small things that any room may use. */
const common = ["src/errors.ts", "src/boundedCache.ts", "src/preparedHmac.ts", "src/turns.ts"];
const contracts = ["src/geo/", "src/targeting/", "src/consent/", ...common];

/** Rooms whose imports are listed one by one; whatever is not listed is a breach. */
export const walls: readonly Wall[] = [
  { room: "src/geo/", mayImport: common, mayUsePackages: ["h3-js"], pure: true },
  { room: "src/consent/", mayImport: [], mayUsePackages: [], pure: true },
  {
    room: "src/targeting/",
    mayImport: ["src/geo/", "src/consent/types.ts"],
    mayUsePackages: [],
    pure: true,
  },
  // Exchanges encrypt prices with keyed hashes: pure arithmetic on what is given, but from this package. Before the room
  // around it, as the first that fits counts.
  {
    room: "src/openrtb/priceCodecs/",
    mayImport: [],
    mayUsePackages: ["node:crypto"],
    pure: true,
  },
  { room: "src/openrtb/", mayImport: contracts, mayUsePackages: [], pure: true },
  { room: "src/budgets/", mayImport: contracts, mayUsePackages: ["node:crypto"], pure: true },
  {
    room: "src/campaigns/",
    // There is one calendar, that of budgets.
    mayImport: [...contracts, "src/budgets/budgetDay.ts", "src/links/privateAddress.ts"],
    mayUsePackages: ["zod", "parse5", "node:crypto", "node:util"],
    pure: true,
  },
  {
    room: "src/accounts/",
    mayImport: ["src/campaigns/", ...common],
    mayUsePackages: ["zod", "node:crypto", "node:util"],
    pure: true,
  },
  // What is drawn; before the room around it.
  { room: "src/billing/pdf/", mayImport: ["src/billing/"], mayUsePackages: ["pdfkit"], pure: true },
  {
    room: "src/billing/",
    mayImport: ["src/campaigns/", ...common],
    mayUsePackages: ["zod", "node:crypto"],
    pure: true,
  },
  {
    room: "src/reports/",
    mayImport: [...contracts, "src/budgets/"],
    mayUsePackages: ["zod"],
    pure: true,
  },
  {
    room: "src/audience/",
    mayImport: contracts,
    mayUsePackages: ["zod", "node:crypto"],
    pure: false,
  },
  {
    room: "src/serving/",
    mayImport: [...contracts, "src/budgets/", "src/campaigns/", "src/audience/", "src/openrtb/"],
    mayUsePackages: ["ajv", "zod", "isbot", "node:crypto"],
    pure: false,
  },
  // What runs on the pages of others: of nobody's but its own code.
  { room: "tag/page/", mayImport: [], mayUsePackages: [], pure: false },
  {
    // Knows the server by its public API only. What of geo needs no table (a circle's cells and its metres) runs in
    // browsers as well: what is drawn under the hand is what the server will serve.
    room: "console/",
    mayImport: [
      "sdk/src/",
      "src/boundedCache.ts",
      ...["cells", "coarserCell", "cover", "rings", "sites", "sphere", "types"].map(
        (name) => `src/geo/${name}.ts`,
      ),
      ...["validatePolygon", "crossings", "commune"].map((name) => `src/geo/${name}.ts`),
      // What people may enter, and the bid that the server would choose: one rule on both sides of the wire.
      "src/campaigns/limits.ts",
      "src/shops/chooseBid.ts",
    ],
    mayUsePackages: [
      "react",
      "react-dom",
      "react-router",
      "@mantine/charts",
      "@mantine/core",
      "@mantine/dates",
      "@mantine/form",
      "@mantine/hooks",
      "@mantine/notifications",
      "@tanstack/react-query",
      "@tanstack/react-virtual",
      "@heroicons/react",
      "@fontsource-variable/inter",
      "@fontsource-variable/bricolage-grotesque",
      "@vitejs/plugin-react",
      "vite",
      "dayjs",
      "geojson",
      "h3-js",
      "maplibre-gl",
      "recharts",
      "topojson-client",
      "world-atlas",
    ],
    pure: false,
  },
];

/** Who wires the house together. Only these, tests, scripts and benchmarks know the stores and the embedded servers. */
export const wiring = ["src/main.ts", "src/compose.ts", "src/compose/", "src/commands/"];

/** A package, and the only places where it may be imported. The wiring may name the types of any. */
export const packageHomes: readonly {
  readonly packages: RegExp;
  readonly homes: readonly string[];
}[] = [
  { packages: /^express$/, homes: ["src/routes/", "src/app.ts"] },
  {
    packages: /^(ioredis|pg|kysely|@aws-sdk\/.*|@smithy\/.*)$/,
    homes: ["src/stores/", "src/embedded/"],
  },
  { packages: /^pdfkit$/, homes: ["src/billing/pdf/"] },
  { packages: /^(openid-client|@opentelemetry\/.*)$/, homes: ["src/stores/"] },
  { packages: /^dynalite$/, homes: ["src/embedded/"] },
  // Decoders run in a process of their own, which alone imports the first; the demo draws from nothing but its own SVG.
  { packages: /^sharp$/, homes: ["src/media/", "src/demo/drawDemoPicture.ts"] },
  { packages: /^prom-client$/, homes: ["src/metrics/"] },
];

/** Rooms that only some may enter. */
export const guardedRooms: readonly {
  readonly room: string;
  readonly visitors: readonly string[];
}[] = [
  { room: "src/stores/", visitors: [...wiring, "src/stores/", "src/jobs/"] },
  { room: "src/embedded/", visitors: [...wiring, "src/embedded/"] },
  { room: "src/routes/", visitors: [...wiring, "src/routes/", "src/app.ts"] },
];
