/** Campaigns put aside, since they cannot win as the selection stands. Columns, reused from request to request. */
export interface Postponed {
  size: number;
  /** See `Stream.number`. */
  streamNumbers: Uint8Array<ArrayBuffer>;
  positions: Uint32Array<ArrayBuffer>;
  /** The highest key that any of them could have. */
  highestKey: number;
}

export function createPostponed(capacity: number): Postponed {
  return {
    size: 0,
    streamNumbers: new Uint8Array(capacity),
    positions: new Uint32Array(capacity),
    highestKey: -Infinity,
  };
}

export function clearPostponed(postponed: Postponed): void {
  postponed.size = 0;
  postponed.highestKey = -Infinity;
}

/** Puts a campaign aside that could have this rank key at best. */
export function putAside(
  postponed: Postponed,
  streamNumber: number,
  position: number,
  highestKey: number,
): void {
  if (postponed.size === postponed.positions.length) enlarge(postponed);
  postponed.streamNumbers[postponed.size] = streamNumber;
  postponed.positions[postponed.size++] = position;
  if (highestKey > postponed.highestKey) postponed.highestKey = highestKey;
}

function enlarge(postponed: Postponed): void {
  const larger = createPostponed(postponed.positions.length * 2);
  larger.streamNumbers.set(postponed.streamNumbers);
  larger.positions.set(postponed.positions);
  postponed.streamNumbers = larger.streamNumbers;
  postponed.positions = larger.positions;
}
