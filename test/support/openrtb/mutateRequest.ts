import type { Random } from "../../../src/demo/random.ts";

type Json = unknown;

/**
 * A copy of a request with one to six wounds: values swapped for hostile ones, fields lost, renamed, doubled, wrapped in
 * lists, taken from elsewhere in the request. The same source of chance gives the same wounds.
 */
export function mutateRequest(body: string, random: Random): Json {
  const root: { value: Json } = { value: JSON.parse(body) };
  const wounds = random.integer(1, 6);
  for (let i = 0; i < wounds; i++) wound(root, random);
  return root.value;
}

type Holder = Record<string, Json>;

function wound(root: { value: Json }, random: Random): void {
  const spots = spotsOf(root as unknown as Holder);
  const isLarge = spots.length >= mostSpots;
  const { holder, key } = random.pick(spots);
  const value = holder[key];
  switch (isLarge ? 0 : random.integer(0, 8)) {
    case 0:
      delete holder[key];
      break;
    case 1:
      holder[key] = [value];
      break;
    case 2:
      holder[key] = { [key]: value };
      break;
    case 3:
      holder[key] = typeof value === "number" ? String(value) : JSON.stringify(value);
      break;
    case 4: {
      const other = random.pick(spots);
      holder[key] = structuredClone(other.holder[other.key]);
      break;
    }
    case 5:
      if (Array.isArray(value)) value.push(...Array.from({ length: 150 }, () => value[0]));
      else holder[`${key}s`] = value;
      break;
    default:
      holder[key] = structuredClone(random.pick(hostile));
  }
  if (root.value === undefined) root.value = {};
}

interface Spot {
  readonly holder: Holder;
  readonly key: string;
}

/** Where a wound may be: at most a few thousand places, or copies of copies would outgrow any body. */
function spotsOf(root: Holder): Spot[] {
  const spots: Spot[] = [];
  const open: Json[] = [root];
  while (open.length > 0 && spots.length < mostSpots) {
    const holder = open.pop();
    if (typeof holder !== "object" || holder === null) continue;
    for (const key of Object.keys(holder).slice(0, mostSpots)) {
      spots.push({ holder: holder as Holder, key });
      open.push((holder as Holder)[key]);
    }
  }
  return spots;
}
const mostSpots = 3_000;

function nested(depth: number): Json {
  let value: Json = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { native: value };
  return value;
}

const hostile: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.1,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER + 2,
  "",
  " ",
  "0",
  "-1",
  "1e400",
  "NaN",
  "Infinity",
  "0x1f",
  "1,5",
  ",,,,",
  "null",
  "[object Object]",
  "__proto__",
  "constructor",
  "é\u0000\u0007",
  "\ud83d",
  "\udc00\ud800",
  "a".repeat(300),
  "9".repeat(500),
  "Android ".repeat(3_000),
  "x,".repeat(20_000),
  "~".repeat(20_000),
  "D".repeat(500),
  `DB${"____".repeat(40)}`,
  "http://",
  "http://[::1",
  "https://%zz/",
  "[".repeat(5_000),
  "{}",
  "[]",
  '{"assets":[{}]}',
  '{"native":{"native":{"assets":[1]}}}',
  [],
  [[]],
  [null],
  [{}],
  {},
  { toString: 1, valueOf: 2, length: -1 },
  JSON.parse('{"__proto__":{"id":"1"},"constructor":{"prototype":1}}'),
  nested(200),
  Array.from({ length: 500 }, (_, i) => ({ id: i, banner: { w: i, h: i } })),
];
