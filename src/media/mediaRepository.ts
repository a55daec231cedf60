import type { Actor, OrderedPage, PageOfItems, Stored } from "../campaigns/repository.ts";
import type { PictureFormat, PictureSize } from "./pictureSizes.ts";
import type { UploadFormat } from "./sniffPicture.ts";

/** A size that was made, with its bytes in each format. */
export interface KeptSize extends PictureSize {
  readonly bytes: Readonly<Record<PictureFormat, number>>;
}

export interface MediaFields {
  readonly advertiserId: number;
  readonly name: string;
  /** 32 hexadecimal digits: names its files, which no other advertiser shares. */
  readonly hash: string;
  readonly uploadFormat: UploadFormat;
  readonly uploadBytes: number;
  readonly width: number;
  readonly height: number;
  readonly sizes: readonly KeptSize[];
}

export interface StoredMedia extends MediaFields, Stored {
  readonly mediaId: number;
}

export interface MediaFilter {
  /** Null = of any; empty = of none. */
  readonly advertiserIds: readonly number[] | null;
  /** Names that contain it, without regard to case and accents. */
  readonly q?: string | undefined;
}

export type RemovedMedia = "removed" | "used" | "unknown";

/** What is known of uploaded pictures. Faults: PublicError `unavailable`, `invalid_body`. */
export interface MediaRepository {
  read(mediaId: number): Promise<StoredMedia | null>;
  findByHash(advertiserId: number, hash: string): Promise<StoredMedia | null>;
  page(filter: MediaFilter, page: OrderedPage): Promise<PageOfItems<StoredMedia>>;
  /**
   * Keeps it once `keepFiles` has; one with the same hash is answered instead. Refuses more than `atMost` of an advertiser
   * (PublicError `conflict`).
   */
  insert(
    fields: MediaFields,
    atMost: number,
    keepFiles: () => Promise<void>,
    actor: Actor,
  ): Promise<StoredMedia>;
  /**
   * Removes what no creative shows, nor an approved version of one; `dropFiles` once that is committed. Files that a crash
   * leaves over harm nobody: the same picture would be the same files.
   */
  remove(mediaId: number, dropFiles: () => Promise<void>, actor: Actor): Promise<RemovedMedia>;
}
