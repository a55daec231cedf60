import { createHash } from "node:crypto";
import type { Actor } from "../campaigns/repository.ts";
import { drawnSizes } from "./bannerLayout.ts";
import type { BannerWords } from "./drawBanners.ts";
import type { MediaRepository, StoredMedia } from "./mediaRepository.ts";
import type { MediaFile, MediaStore } from "./mediaStore.ts";
import { contentTypes, mediaLimits, pictureFileName, pictureFormats } from "./pictureSizes.ts";
import type { RenderedPicture } from "./renderPicture.ts";
import { sizesMade } from "./saveMedia.ts";

/** Whoever changes how banners are drawn counts it up, so that an address never changes its bytes. */
const drawing = 1;

/** What of a photo stands beside the banners that are drawn of it: its widest native picture and its icon. */
export function beside(pictures: readonly RenderedPicture[]): readonly RenderedPicture[] {
  const [widest] = pictures.filter(({ use }) => use === "native");
  return pictures.filter(
    ({ use, width, height }) =>
      use === "icon" || (use === "native" && width === widest?.width && height === widest.height),
  );
}

/** The same of a photo that was uploaded before. */
export async function readBeside(
  store: Pick<MediaStore, "get">,
  { hash, sizes }: StoredMedia,
): Promise<readonly RenderedPicture[]> {
  const [widest] = sizes.filter(({ use }) => use === "native");
  const wanted = sizes.filter((size) => size === widest || size.use === "icon");
  const found: RenderedPicture[] = [];
  for (const { use, width, height } of wanted)
    for (const format of pictureFormats) {
      const bytes = await store.get(pictureFileName(hash, { width, height }, format));
      if (bytes === null) throw new Error(`a file of the picture ${hash} is missing`);
      found.push({ use, width, height, format, bytes });
    }
  return found;
}

/** The photo that banners are drawn of. */
export function photoOf(pictures: readonly RenderedPicture[]): Uint8Array {
  const photo = pictures.find(({ use, format }) => use === "native" && format === "jpg");
  if (photo === undefined) throw new Error("a picture has no native size");
  return photo.bytes;
}

/** Keeps drawn banners as a picture of the advertiser: the same photo with the same words once. */
export async function keepDrawn(
  deps: { readonly media: MediaRepository; readonly store: Pick<MediaStore, "put"> },
  photo: StoredMedia,
  drawn: { readonly words: BannerWords; readonly pictures: readonly RenderedPicture[] },
  actor: Actor,
): Promise<StoredMedia> {
  const { advertiserId, uploadFormat, uploadBytes, width, height } = photo;
  const hash = createHash("sha256")
    .update(`atelier banners ${drawing} ${advertiserId} ${photo.hash}\n`)
    .update(JSON.stringify([drawn.words, drawnSizes]))
    .digest("hex")
    .slice(0, 32);
  const sizes = sizesMade(drawn.pictures);
  const name = `Bannières : ${drawn.words.title}`.slice(0, mediaLimits.nameCharacters).trim();
  const fields = { advertiserId, name, hash, uploadFormat, uploadBytes, width, height, sizes };
  const fileOf = (picture: RenderedPicture): MediaFile => ({
    name: pictureFileName(hash, picture, picture.format),
    bytes: picture.bytes,
    contentType: contentTypes[picture.format],
  });
  const keepFiles = () => deps.store.put(drawn.pictures.map(fileOf));
  return deps.media.insert(fields, mediaLimits.perAdvertiser, keepFiles, actor);
}
