import type { FieldProblem } from "../errors.ts";

/** What was made of an uploaded picture, with addresses. */
export interface MediaPictures {
  readonly native: { readonly url: string; readonly width: number; readonly height: number };
  readonly icon: { readonly url: string; readonly side: number } | null;
  readonly banners: readonly {
    readonly url: string;
    readonly width: number;
    readonly height: number;
  }[];
}

export interface FilledBody {
  readonly body: unknown;
  /** Of the media; what a missing picture leaves empty is then not told besides. */
  readonly problems: readonly FieldProblem[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields that follow from a picture. */
const pictureFields = ["imageUrl", "imageWidth", "imageHeight", "iconUrl", "iconSide"] as const;

/** The picture that a body names, or null: it names none, or what it names cannot be an id. */
export function mediaIdOf(body: unknown): number | null {
  const mediaId = isFields(body) ? body.mediaId : undefined;
  return typeof mediaId === "number" && Number.isInteger(mediaId) && mediaId > 0 ? mediaId : null;
}

/** A new creative with the addresses and sizes of the picture that it names (`media`, null = there is no such picture). */
export function fillPicture(body: unknown, media: MediaPictures | null): FilledBody {
  if (mediaIdOf(body) === null || !isFields(body)) return { body, problems: [] };
  const both = pictureFields.filter((name) => body[name] !== undefined);
  const problems = both.map((name) => ({ pointer: `/${name}`, rule: "follows from mediaId" }));
  if (media === null) {
    return { body, problems: [{ pointer: "/mediaId", rule: "must exist" }, ...problems] };
  }
  const filled = fieldsOf(body, media);
  return { body: { ...body, ...filled.fields }, problems: [...problems, ...filled.problems] };
}

/**
 * The same for a change: `merged` is the whole with the change in it. Who names an address leaves the uploaded picture; who
 * names a picture or another size gets its addresses anew.
 */
export function fillChangedPicture(
  merged: Fields,
  change: unknown,
  media: MediaPictures | null,
): FilledBody {
  if (!isFields(change)) return { body: merged, problems: [] };
  const namesAddress = pictureFields.some((name) => change[name] !== undefined);
  if (namesAddress && mediaIdOf(change) === null) {
    // One format has no such field: there nothing must be left.
    const body = merged.mediaId === undefined ? merged : { ...merged, mediaId: null };
    return { body, problems: [] };
  }
  if (mediaIdOf(merged) === null) return { body: merged, problems: [] };
  const without = Object.fromEntries(
    Object.entries(merged).filter(([name]) => isKept(name, change)),
  );
  return fillPicture(without, media);
}

const isKept = (name: string, change: Fields): boolean =>
  change[name] !== undefined || !pictureFields.some((field) => field === name);

function fieldsOf(
  body: Fields,
  media: MediaPictures,
): { readonly fields: Fields; readonly problems: readonly FieldProblem[] } {
  if (body.format === "native") {
    const { native, icon } = media;
    return {
      fields: {
        imageUrl: native.url,
        imageWidth: native.width,
        imageHeight: native.height,
        iconUrl: icon?.url ?? null,
        iconSide: icon?.side ?? null,
      },
      problems: [],
    };
  }
  if (body.format !== "image") return { fields: {}, problems: [] };
  const { width, height } = body;
  const banner = media.banners.find((it) => it.width === width && it.height === height);
  if (banner !== undefined) return { fields: { imageUrl: banner.url }, problems: [] };
  const sizes = media.banners.map((it) => `${it.width}×${it.height}`).join(", ");
  return {
    fields: {},
    problems: [{ pointer: "/mediaId", rule: `the picture is large enough only for ${sizes}` }],
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
