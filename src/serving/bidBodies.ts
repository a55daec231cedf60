/** How much is read at once, of all and of one SSP. */
export interface BodyLimits {
  readonly bodies: number;
  readonly bytes: number;
}

export interface BodyRoom {
  /** `declaredBytes` = what the body says of its length; null = nothing. Null = there is no room for it now. */
  readonly enter: (sspId: number, declaredBytes: number | null) => BodyPlace | null;
  readonly counts: () => { readonly bodies: number; readonly bytes: number };
}

/** The place of one body. */
export interface BodyPlace {
  /** So many bytes have come in all; false = there is no room for them. */
  readonly fits: (bytes: number) => boolean;
  /** Its bytes are needed no more. Safe to call twice. */
  readonly leave: () => void;
}

export interface BodyRoomOptions {
  /** No body takes more. */
  readonly longestBytes: number;
  /** Default: 512 bodies, 32 MB; half of each for one SSP. */
  readonly ofAll?: BodyLimits;
  readonly ofSsp?: BodyLimits;
}

const defaultLimits = { bodies: 512, bytes: 32 * 1_024 * 1_024 };
const defaultOfSsp = { bodies: 256, bytes: 16 * 1_024 * 1_024 };

/**
 * Room for the bodies of bid requests while they are read: a slow one keeps its place and its bytes, also those that it has
 * only declared. One SSP cannot take the room of all.
 */
export function createBodyRoom(options: BodyRoomOptions): BodyRoom {
  const { longestBytes, ofAll = defaultLimits, ofSsp = defaultOfSsp } = options;
  const all = { bodies: 0, bytes: 0 };
  const bySsp = new Map<number, { bodies: number; bytes: number }>();
  return {
    counts: () => ({ ...all }),
    enter(sspId, declaredBytes) {
      const own = bySsp.get(sspId) ?? { bodies: 0, bytes: 0 };
      bySsp.set(sspId, own);
      let reserved = Math.min(declaredBytes ?? 0, longestBytes);
      const hasRoom = (bytes: number) =>
        all.bytes + bytes <= ofAll.bytes && own.bytes + bytes <= ofSsp.bytes;
      const add = (bodies: number, bytes: number): void => {
        for (const counts of [all, own]) {
          counts.bodies += bodies;
          counts.bytes += bytes;
        }
      };
      if (all.bodies >= ofAll.bodies || own.bodies >= ofSsp.bodies) return null;
      if (!hasRoom(reserved)) return null;
      add(1, reserved);
      let isHere = true;
      return {
        fits(bytes) {
          const more = Math.min(bytes, longestBytes) - reserved;
          if (!isHere || more <= 0) return isHere;
          if (!hasRoom(more)) return false;
          add(0, more);
          reserved += more;
          return true;
        },
        leave() {
          if (isHere) add(-1, -reserved);
          isHere = false;
        },
      };
    },
  };
}
