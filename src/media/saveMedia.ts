import { createHash } from "node:crypto";
import {
  actorOf,
  maySeeAdvertiser,
  notFound,
  requireVisible,
  requireWriter,
} from "../campaigns/access.ts";
import type { MediaPictures } from "../campaigns/mediaPicture.ts";
import type { AdvertiserRepository, StoredApiKey } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import type { KeptSize, MediaRepository, StoredMedia } from "./mediaRepository.ts";
import type { MediaAnswer } from "./mediaSchema.ts";
import type { MediaFile, MediaStore } from "./mediaStore.ts";
import {
  contentTypes,
  mediaLimits,
  type PictureSize,
  pictureFileName,
  pictureFormats,
  recipe,
} from "./pictureSizes.ts";
import type { RenderedPicture } from "./renderPicture.ts";
import type { Render } from "./renderPool.ts";
import { sniffPicture } from "./sniffPicture.ts";

export interface SaveMediaDeps {
  readonly media: MediaRepository;
  readonly store: MediaStore;
  readonly render: Render;
  readonly advertisers: Pick<AdvertiserRepository, "read">;
}

export interface Upload {
  readonly advertiserId: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Keeps what is made of an uploaded picture; the upload itself, with all that it told of camera and place, is thrown away.
 * The same file of the same advertiser is made once. Throws PublicError `forbidden`, `invalid_parameter` (no such
 * advertiser), `unsupported_media_type` (SVG, anything that is no picture), `invalid_body` (too large, too small, damaged),
 * `conflict` (too many) or `unavailable`.
 */
export async function saveMedia(
  deps: SaveMediaDeps,
  { advertiserId, name, bytes }: Upload,
  key: StoredApiKey,
): Promise<{ readonly media: StoredMedia; readonly isNew: boolean }> {
  requireWriter(key);
  if (
    !maySeeAdvertiser(key, advertiserId) ||
    (await deps.advertisers.read(advertiserId)) === null
  ) {
    throw new PublicError("invalid_parameter", "A parameter is not valid.", [
      { pointer: "advertiserId", rule: "must exist" },
    ]);
  }
  const format = sniffPicture(bytes);
  if (format === null) throw noPicture();
  const hash = hashOf(advertiserId, bytes);
  const known = await deps.media.findByHash(advertiserId, hash);
  if (known !== null) return { media: known, isNew: false };
  const rendered = await deps.render({ upload: bytes, format });
  if (!rendered.ok) {
    throw new PublicError("invalid_body", "The picture breaks a rule.", [
      { pointer: "", rule: rendered.rule },
    ]);
  }
  const { width, height, pictures } = rendered;
  const uploadBytes = bytes.byteLength;
  const sizes = sizesMade(pictures);
  const fields = {
    advertiserId,
    name,
    hash,
    uploadFormat: format,
    uploadBytes,
    width,
    height,
    sizes,
  };
  const keepFiles = () => deps.store.put(pictures.map((picture) => fileOf(hash, picture)));
  const media = await deps.media.insert(fields, mediaLimits.perAdvertiser, keepFiles, actorOf(key));
  return { media, isNew: true };
}

/** The picture when the key may see it; throws PublicError `not_found` otherwise. */
export async function readOwnMedia(
  { media }: Pick<SaveMediaDeps, "media">,
  mediaId: number,
  key: StoredApiKey,
): Promise<StoredMedia> {
  const found = await media.read(mediaId);
  if (found === null) throw notFound();
  requireVisible(key, found.advertiserId);
  return found;
}

/** Deletes a picture and its files. Throws PublicError `not_found`, `forbidden`, or `conflict` while something shows it. */
export async function deleteMedia(
  deps: Pick<SaveMediaDeps, "media" | "store">,
  mediaId: number,
  key: StoredApiKey,
): Promise<void> {
  requireWriter(key);
  const found = await readOwnMedia(deps, mediaId, key);
  const dropFiles = () => deps.store.delete(fileNames(found));
  const outcome = await deps.media.remove(mediaId, dropFiles, actorOf(key));
  if (outcome === "unknown") throw notFound();
  if (outcome === "used") {
    throw new PublicError("conflict", "A creative shows this picture.", [
      { pointer: "mediaId", rule: "must not be in use" },
    ]);
  }
}

/** What an API tells of a picture. `publicUrl` has no slash at its end. */
export function mediaToAnswer(media: StoredMedia, publicUrl: string): MediaAnswer {
  const { sizes, hash, ...told } = media;
  return {
    ...told,
    pictures: sizes.map((size) => {
      const file = (format: "jpg" | "webp") => ({
        url: pictureUrl(publicUrl, hash, size, format),
        bytes: size.bytes[format],
      });
      const { use, width, height } = size;
      return { use, width, height, jpg: file("jpg"), webp: file("webp") };
    }),
  };
}

/** What creatives show of a picture: JPEG, which every page and every exchange takes. */
export function mediaToPictures(media: StoredMedia, publicUrl: string): MediaPictures {
  const urlOf = (size: PictureSize) => pictureUrl(publicUrl, media.hash, size, "jpg");
  const toldOf = (size: KeptSize) => ({ url: urlOf(size), width: size.width, height: size.height });
  // Uploads below 600 × 314 are refused: the widest native picture is always there.
  const [widest] = media.sizes.filter(({ use }) => use === "native");
  const icon = media.sizes.find(({ use }) => use === "icon");
  if (widest === undefined) throw new Error(`media ${media.mediaId} has no native picture`);
  return {
    native: toldOf(widest),
    icon: icon === undefined ? null : { url: urlOf(icon), side: icon.width },
    // A banner's size may be that of an icon: a file is a file.
    banners: media.sizes.filter(({ use }) => use !== "native").map(toldOf),
  };
}

function pictureUrl(
  publicUrl: string,
  hash: string,
  size: PictureSize,
  format: "jpg" | "webp",
): string {
  return `${publicUrl}/media/${pictureFileName(hash, size, format)}`;
}

/** Of the recipe and the advertiser too: bytes under a name never change, and nobody learns what others have uploaded. */
function hashOf(advertiserId: number, bytes: Uint8Array): string {
  const hash = createHash("sha256").update(`atelier media ${recipe} ${advertiserId}\n`);
  return hash.update(bytes).digest("hex").slice(0, 32);
}

export function sizesMade(pictures: readonly RenderedPicture[]): readonly KeptSize[] {
  return pictures
    .filter(({ format }) => format === "jpg")
    .map(({ use, width, height, bytes }) => {
      const isWebp = (it: RenderedPicture) =>
        it.format === "webp" && it.width === width && it.height === height;
      const webp = pictures.find(isWebp)?.bytes.byteLength ?? 0;
      return { use, width, height, bytes: { jpg: bytes.byteLength, webp } };
    });
}

const fileOf = (hash: string, picture: RenderedPicture): MediaFile => ({
  name: pictureFileName(hash, picture, picture.format),
  bytes: picture.bytes,
  contentType: contentTypes[picture.format],
});

const fileNames = ({ hash, sizes }: StoredMedia): readonly string[] =>
  sizes.flatMap((size) => pictureFormats.map((format) => pictureFileName(hash, size, format)));

const noPicture = () =>
  new PublicError("unsupported_media_type", "The body is no picture that can be taken.", [
    { pointer: "", rule: "must be a PNG, JPEG, WebP, GIF or AVIF file, by its bytes (no SVG)" },
  ]);
