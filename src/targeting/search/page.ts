import type { Pool } from "./pool.ts";

/**
 * Who is on a page: no two ads of one advertiser (hence of one campaign), no two of one trade. Cleared by a new epoch,
 * since emptying it would cost more than filling it.
 */
export interface Page {
  epoch: number;
  /** By trade group: the epoch in which it was last put on, and by which placement. */
  tradeEpochs: Uint32Array<ArrayBuffer>;
  tradeOwners: Uint8Array<ArrayBuffer>;
  /** The `size` entries on the page, and the placement that shows each: few, so advertisers are looked for one by one. */
  readonly entries: number[];
  size: number;
  readonly owners: number[];
}

export function createPage(): Page {
  const tradeEpochs = new Uint32Array(256);
  return {
    epoch: 1,
    tradeEpochs,
    tradeOwners: new Uint8Array(256),
    entries: [],
    owners: [],
    size: 0,
  };
}

export function clearPage(page: Page): void {
  page.size = 0;
  page.epoch = (page.epoch + 1) >>> 0;
  if (page.epoch === 0) {
    page.tradeEpochs.fill(0);
    page.epoch = 1;
  }
}

/** Puts an entry of the pool on the page, shown by placement `owner`. */
export function putOn(page: Page, pool: Pool, entry: number, owner: number): void {
  page.entries[page.size] = entry;
  page.owners[page.size++] = owner;
  const trade = pool.tradeGroups[entry]!;
  if (trade < 0) return;
  if (trade >= page.tradeEpochs.length) enlarge(page, trade);
  page.tradeEpochs[trade] = page.epoch;
  page.tradeOwners[trade] = owner;
}

/** True when the entry's advertiser or trade is on the page. */
export function isOn(page: Page, pool: Pool, entry: number): boolean {
  const trade = pool.tradeGroups[entry]!;
  if (trade >= 0 && page.tradeEpochs[trade] === page.epoch) return true;
  return ownerOfAdvertiser(page, pool, entry) >= 0;
}

/** True when it is there in another placement than this one. */
export function isOnAnother(page: Page, pool: Pool, entry: number, placement: number): boolean {
  const trade = pool.tradeGroups[entry]!;
  if (trade >= 0 && page.tradeEpochs[trade] === page.epoch) {
    if (page.tradeOwners[trade] !== placement) return true;
  }
  const owner = ownerOfAdvertiser(page, pool, entry);
  return owner >= 0 && owner !== placement;
}

function ownerOfAdvertiser(page: Page, pool: Pool, entry: number): number {
  const { entries, owners, size } = page;
  const advertiserId = pool.advertiserIds[entry]!;
  for (let at = 0; at < size; at++) {
    if (pool.advertiserIds[entries[at]!] === advertiserId) return owners[at]!;
  }
  return -1;
}

function enlarge(page: Page, trade: number): void {
  const length = 2 ** Math.ceil(Math.log2(trade + 1));
  const { tradeEpochs, tradeOwners } = page;
  page.tradeEpochs = new Uint32Array(length);
  page.tradeOwners = new Uint8Array(length);
  page.tradeEpochs.set(tradeEpochs);
  page.tradeOwners.set(tradeOwners);
}
