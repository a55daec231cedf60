/** What an imp wants of a native ad (Dynamic Native Ads 1.0 to 1.2). */
export interface NativeAsk {
  readonly version: "1.0" | "1.1" | "1.2";
  /** The request had a root node "native", so the answer must have one (1.0's habit). */
  readonly rooted: boolean;
  /** In the order of the request, 1 to 50, ids distinct. */
  readonly assets: readonly NativeAsset[];
  /** Which events may be tracked and how; null = the request does not say (before 1.2: image pixels in `imptrackers`). */
  readonly eventTrackers: readonly NativeEventTracker[] | null;
  /** A link to our privacy notice is taken. */
  readonly privacy: boolean;
  /** Identical places in this layout, 1 to 100. One answer fills one. */
  readonly placementCount: number;
  /** AdCOM creative attributes. */
  readonly blockedAttributes: readonly number[];
  /** AdCOM API frameworks. */
  readonly apis: readonly number[];
}

export interface NativeEventTracker {
  /** 1 impression, 2 viewable MRC 50 %/1 s, 3 viewable 100 %/1 s, 4 viewable video 50 %/2 s. */
  readonly event: number;
  /** 1 image pixel, 2 JavaScript. */
  readonly methods: readonly number[];
}

export type NativeAsset = NativeTitle | NativeImage | NativeData | NativeOther;

interface AnyAsset {
  readonly id: number;
  /** The exchange takes no ad without it. */
  readonly required: boolean;
}

export interface NativeTitle extends AnyAsset {
  readonly kind: "title";
  /** Characters; null = not said. */
  readonly maxLength: number | null;
}

export interface NativeImage extends AnyAsset {
  readonly kind: "image";
  /** Type 1 icon, 2 logo (1.0 only), 3 main; "any" = not said or a type of the exchange's own. */
  readonly use: "icon" | "logo" | "main" | "any";
  /** Pixels. An exact width or height binds only where no minimum is given: with one, the image is rescaled. */
  readonly width: number | null;
  readonly height: number | null;
  readonly minWidth: number | null;
  readonly minHeight: number | null;
  /** Lower case; empty = any. */
  readonly mimes: readonly string[];
}

export interface NativeData extends AnyAsset {
  readonly kind: "data";
  readonly type: NativeDataType;
  /** Characters; null = not said. */
  readonly maxLength: number | null;
}

/** Data asset types 1 to 12 of the specification; "other" = a type of the exchange's own. */
export type NativeDataType =
  | "sponsored"
  | "description"
  | "rating"
  | "likes"
  | "downloads"
  | "price"
  | "salePrice"
  | "phone"
  | "address"
  | "description2"
  | "displayUrl"
  | "callToAction"
  | "other";

/** A video, or an asset of no known kind: nothing that we can fill. */
export interface NativeOther extends AnyAsset {
  readonly kind: "video" | "unknown";
}
