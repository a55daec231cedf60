/** Placements of SSPs' bids begin so, in tracking tokens, events and the ledger: no page may pass for one. */
export const sspPlacementPrefix = "ssp/";

/** How the placement of an SSP's bids is called. */
export function sspPlacementOf(sspName: string): string {
  return `${sspPlacementPrefix}${sspName}`;
}

/** The name of the SSP whose bids have this placement; null = it is a page's. */
export function sspOfPlacement(placementId: string): string | null {
  return placementId.startsWith(sspPlacementPrefix)
    ? placementId.slice(sspPlacementPrefix.length)
    : null;
}
