/** Where made pictures are kept, by names that say what they hold (`pictureFileName`): written once, never changed. */
export interface MediaStore {
  /** Keeps all of them; on a fault some may be kept. Keeping what is kept already is no fault. */
  put(files: readonly MediaFile[]): Promise<void>;
  /** Null = there is none. */
  get(name: string): Promise<Uint8Array | null>;
  /** What is not there counts as deleted. */
  delete(names: readonly string[]): Promise<void>;
}

export interface MediaFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}
