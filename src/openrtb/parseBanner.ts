import { addFault, type Faults } from "./faults.ts";
import { limits } from "./limits.ts";
import { type Fields, integerOf, integersOf, listOf, numberOf, objectOf, textsOf } from "./read.ts";
import type { BannerAsk, FlexSize, Size, SizeRange } from "./types.ts";

/** Reads a banner object (2.6 §3.2.6, with the limits that 2.4 deprecated). Half a size is a breach. */
export function parseBanner(banner: Fields, path: string, faults: Faults): BannerAsk {
  const sizes: Size[] = [];
  const flex: FlexSize[] = [];
  for (const [i, item] of listOf(banner.format, limits.formats).entries()) {
    const format = objectOf(item);
    if (format === null) continue;
    addSize(sizes, readPair(format, "w", "h", `${path}.format[${i}]`, faults));
    const ratio = readPair(format, "wratio", "hratio", `${path}.format[${i}]`, faults);
    if (ratio !== null) {
      const [widthRatio, heightRatio] = ratio;
      const minWidth = Math.max(0, sideOf(format.wmin) ?? 0);
      flex.push({ widthRatio, heightRatio, minWidth });
    }
  }
  const own = readPair(banner, "w", "h", path, faults);
  addSize(sizes, own);
  const range = readRange(banner, own);
  return {
    sizes,
    flex,
    ranges: range === null ? [] : [range],
    blockedAttributes: integersOf(banner.battr, limits.codes),
    blockedTypes: integersOf(banner.btype, limits.codes),
    apis: integersOf(banner.api, limits.codes),
    position: integerOf(banner.pos) || null,
    mimes: textsOf(banner.mimes, limits.codes, limits.shortCharacters).map((it) =>
      it.toLowerCase(),
    ),
  };
}

function addSize(sizes: Size[], size: Size | null): void {
  if (size === null || sizes.some((it) => it[0] === size[0] && it[1] === size[1])) return;
  sizes.push(size);
}

/** Two sides or two ratios that only make sense together; 0 counts as nothing said. */
function readPair(
  source: Fields,
  first: string,
  second: string,
  path: string,
  faults: Faults,
): Size | null {
  const a = readSide(source[first], `${path}.${first}`, faults);
  const b = readSide(source[second], `${path}.${second}`, faults);
  if (a !== null && b !== null) return [a, b];
  if (a !== null) addFault(faults, `${path}.${second}`, `is missing, yet ${first} is given`);
  if (b !== null) addFault(faults, `${path}.${first}`, `is missing, yet ${second} is given`);
  return null;
}

function readSide(value: unknown, path: string, faults: Faults): number | null {
  if (value === undefined || value === null || value === "") return null;
  const side = sideOf(value);
  if (side === null) addFault(faults, path, "is not a number");
  else if (side < 0) addFault(faults, path, "is negative");
  else return side === 0 ? null : side;
  return null;
}

function sideOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number === null) return null;
  return Math.trunc(Math.min(limits.side, Math.max(-1, number)));
}

/** Where one end was not named, the exact size is that end; without an exact size that end is open. */
function readRange(banner: Fields, exact: Size | null): SizeRange | null {
  const end = (key: string) => {
    const side = sideOf(banner[key]);
    return side !== null && side > 0 ? side : null;
  };
  const [minWidth, maxWidth] = [end("wmin"), end("wmax")];
  const [minHeight, maxHeight] = [end("hmin"), end("hmax")];
  if ((minWidth ?? maxWidth ?? minHeight ?? maxHeight) === null) return null;
  return {
    minWidth: minWidth ?? exact?.[0] ?? 1,
    maxWidth: maxWidth ?? exact?.[0] ?? null,
    minHeight: minHeight ?? exact?.[1] ?? 1,
    maxHeight: maxHeight ?? exact?.[1] ?? null,
  };
}
