import { limits } from "./limits.ts";
import type { NativeAsk, NativeAsset, NativeDataType, NativeEventTracker } from "./nativeTypes.ts";
import {
  childOf,
  type Fields,
  flagOf,
  integerOf,
  integersOf,
  listOf,
  objectOf,
  positiveOf,
  textOf,
  textsOf,
} from "./read.ts";

/** What was asked, or which field of the native object breaks which rule. */
export type ParsedNative = NativeAsk | NativeFault;

export interface NativeFault {
  readonly field: string;
  readonly rule: string;
}

/**
 * Reads a native object (2.6 §3.2.9) with its request as a JSON string, a string of that string, an object, or in the
 * place of the native object itself; with or without the root node "native" of version 1.0.
 */
export function parseNative(native: Fields): ParsedNative {
  const read = readPayload(native);
  if ("rule" in read) return read;
  const { payload } = read;
  const root = objectOf(payload.native);
  const rooted = root !== null && payload.assets === undefined;
  const request = rooted ? root : payload;
  const assets = readAssets(request);
  if ("rule" in assets) return assets;
  const eventTrackers = readEventTrackers(request);
  return {
    version: readVersion(request.ver ?? native.ver, rooted),
    rooted,
    assets,
    eventTrackers,
    privacy: flagOf(request.privacy) ?? false,
    placementCount: Math.min(100, positiveOf(request.plcmtcnt) ?? 1),
    blockedAttributes: integersOf(native.battr, limits.codes),
    apis: integersOf(native.api, limits.codes),
  };
}

function fault(field: string, rule: string): NativeFault {
  return { field, rule };
}

function readPayload(native: Fields): { readonly payload: Fields } | NativeFault {
  let payload: unknown = native.request ?? (native.assets === undefined ? undefined : native);
  if (payload === undefined || payload === "") return fault("request", "is missing");
  for (let depth = 0; typeof payload === "string" && depth < 2; depth++) {
    if (payload.length > limits.nativeCharacters) return fault("request", "is too long");
    payload = jsonOf(payload);
    if (payload === undefined) return fault("request", "is not JSON");
  }
  const object = objectOf(payload);
  return object === null ? fault("request", "is not an object") : { payload: object };
}

/** undefined = no JSON, which no JSON text stands for. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** "1.1", 1.1, "1.0.0.2"; later versions are read as 1.2, which is also what nothing means. */
function readVersion(value: unknown, rooted: boolean): NativeAsk["version"] {
  const parts = /^\s*(\d{1,4})(?:\.(\d{1,4}))?/.exec(textOf(value, 20) ?? "");
  if (parts === null) return rooted ? "1.0" : "1.2";
  if (Number(parts[1]) !== 1) return Number(parts[1]) < 1 ? "1.0" : "1.2";
  const minor = Number(parts[2] ?? 0);
  return minor === 0 ? "1.0" : minor === 1 ? "1.1" : "1.2";
}

function readAssets(request: Fields): readonly NativeAsset[] | NativeFault {
  const items = listOf(request.assets, limits.nativeAssets + 1);
  if (items.length === 0) return fault("request.assets", "is missing or empty");
  if (items.length > limits.nativeAssets)
    return fault("request.assets", `has more than ${limits.nativeAssets}`);
  const assets: NativeAsset[] = [];
  const ids = new Set<number>();
  for (const [i, item] of items.entries()) {
    const source = objectOf(item);
    const id = source === null ? null : integerOf(source.id);
    if (source === null || id === null)
      return fault(`request.assets[${i}].id`, "is missing or no integer");
    if (ids.has(id)) return fault(`request.assets[${i}].id`, "is that of another asset");
    ids.add(id);
    assets.push(readAsset(source, id, flagOf(source.required) ?? false));
  }
  return assets;
}

function readAsset(source: Fields, id: number, required: boolean): NativeAsset {
  const title = objectOf(source.title);
  if (title !== null) return { kind: "title", id, required, maxLength: positiveOf(title.len) };
  const image = objectOf(source.img);
  if (image !== null) return readImage(image, id, required);
  const data = objectOf(source.data);
  if (data !== null) {
    const type = dataTypes[integerOf(data.type) ?? 0] ?? "other";
    return { kind: "data", id, required, type, maxLength: positiveOf(data.len) };
  }
  return { kind: objectOf(source.video) === null ? "unknown" : "video", id, required };
}

const dataTypes: readonly (NativeDataType | undefined)[] = [
  undefined,
  "sponsored",
  "description",
  "rating",
  "likes",
  "downloads",
  "price",
  "salePrice",
  "phone",
  "address",
  "description2",
  "displayUrl",
  "callToAction",
];

const imageUses = [undefined, "icon", "logo", "main"] as const;

function readImage(image: Fields, id: number, required: boolean): NativeAsset {
  return {
    kind: "image",
    id,
    required,
    use: imageUses[integerOf(image.type) ?? 0] ?? "any",
    width: positiveOf(image.w),
    height: positiveOf(image.h),
    minWidth: positiveOf(image.wmin),
    minHeight: positiveOf(image.hmin),
    mimes: textsOf(image.mimes, limits.codes, limits.shortCharacters).map((it) => it.toLowerCase()),
  };
}

/** The specification's own samples misspell the field. */
function readEventTrackers(request: Fields): readonly NativeEventTracker[] | null {
  const given = request.eventtrackers ?? request.eventrackers;
  if (given === undefined || given === null) return null;
  const trackers: NativeEventTracker[] = [];
  for (const item of listOf(given, limits.eventTrackers)) {
    const source = childOf({ item }, "item");
    const event = positiveOf(source.event);
    const methods = integersOf(source.methods, limits.codes);
    if (event !== null && methods.length > 0) trackers.push({ event, methods });
  }
  return trackers;
}
