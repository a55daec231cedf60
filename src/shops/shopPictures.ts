import { actorOf } from "../campaigns/access.ts";
import type { StoredApiKey } from "../campaigns/repository.ts";
import type { FieldProblem } from "../errors.ts";
import type { BannerWords } from "../media/drawBanners.ts";
import type { DrawBanners } from "../media/drawPool.ts";
import { beside, keepDrawn, photoOf, readBeside } from "../media/keepDrawn.ts";
import type { MediaRepository, StoredMedia } from "../media/mediaRepository.ts";
import type { MediaStore } from "../media/mediaStore.ts";
import type { Rendered, RenderedPicture } from "../media/renderPicture.ts";
import type { Render } from "../media/renderPool.ts";
import { type SaveMediaDeps, saveMedia } from "../media/saveMedia.ts";
import { sniffPicture } from "../media/sniffPicture.ts";

export interface ShopPicturesDeps {
  readonly media: MediaRepository;
  readonly store: MediaStore;
  readonly render: Render;
  readonly drawBanners: DrawBanners;
  readonly advertisers: SaveMediaDeps["advertisers"];
}

/** What a shop's photo became before anything is kept. */
export interface ShopPictures {
  /** The photo as it was sent, decoded; null = it was uploaded before. */
  readonly upload: { readonly bytes: Uint8Array; readonly rendered: Rendered } | null;
  /** The photo that was uploaded before. */
  readonly known: StoredMedia | null;
  readonly words: BannerWords;
  /** The banners, and what stands beside them. */
  readonly drawn: readonly RenderedPicture[];
}

export type Prepared<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Whether base64 holds what may be a picture, by its first bytes. */
export function pictureProblems(base64: string): readonly FieldProblem[] {
  if (sniffPicture(Buffer.from(base64, "base64")) !== null) return [];
  return [
    { pointer: "/ad/picture", rule: "must be a PNG, JPEG, WebP, GIF or AVIF file, by its bytes" },
  ];
}

/** Decodes a photo and draws the banners: some seconds of other processes, before any row is locked. */
export async function preparePictures(
  { store, render, drawBanners }: ShopPicturesDeps,
  source: { readonly base64: string } | { readonly media: StoredMedia },
  words: BannerWords,
): Promise<Prepared<ShopPictures>> {
  if ("media" in source) {
    const pictures = await readBeside(store, source.media);
    const banners = await drawBanners({ photo: photoOf(pictures), words });
    const drawn = [...pictures, ...banners];
    return { ok: true, value: { upload: null, known: source.media, words, drawn } };
  }
  const bytes = Buffer.from(source.base64, "base64");
  const format = sniffPicture(bytes);
  if (format === null) return { ok: false, problems: pictureProblems(source.base64) };
  const rendered = await render({ upload: bytes, format });
  if (!rendered.ok) {
    return { ok: false, problems: [{ pointer: "/ad/picture", rule: rendered.rule }] };
  }
  const pictures = beside(rendered.pictures);
  const banners = await drawBanners({ photo: photoOf(pictures), words });
  const drawn = [...pictures, ...banners];
  return { ok: true, value: { upload: { bytes, rendered }, known: null, words, drawn } };
}

export interface KeptPictures {
  readonly photo: StoredMedia;
  readonly banners: StoredMedia;
}

/** Keeps photo and banners of an advertiser; in a dry run their rows only, for the transaction's life. */
export async function keepPictures(
  deps: ShopPicturesDeps,
  pictures: ShopPictures,
  advertiserId: number,
  keeping: { readonly caller: StoredApiKey; readonly isDry: boolean; readonly name: string },
): Promise<KeptPictures> {
  const { caller, isDry, name } = keeping;
  const store: MediaStore = isDry ? { ...deps.store, put: async () => undefined } : deps.store;
  const photo = await keepPhoto({ ...deps, store }, pictures, { advertiserId, name }, caller);
  const drawn = { words: pictures.words, pictures: pictures.drawn };
  const banners = await keepDrawn({ media: deps.media, store }, photo, drawn, actorOf(caller));
  return { photo, banners };
}

async function keepPhoto(
  deps: SaveMediaDeps,
  { upload, known }: ShopPictures,
  about: { readonly advertiserId: number; readonly name: string },
  caller: StoredApiKey,
): Promise<StoredMedia> {
  if (upload === null) {
    if (known === null) throw new Error("a shop's ad has no photo");
    return known;
  }
  const render = async () => upload.rendered;
  return (await saveMedia({ ...deps, render }, { ...about, bytes: upload.bytes }, caller)).media;
}
