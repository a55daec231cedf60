import { type LookupAll, lookupAll } from "./checkLink.ts";
import { isAddress, isPrivateAddress } from "./privateAddress.ts";

/**
 * Whether the host of an address is known, within the deadline, to lead into a private network. A name that answers too
 * late or not at all is no proof: the check after the write looks again. Never rejects.
 */
export async function resolvesPrivately(
  url: string,
  deadlineMs: number,
  lookup: LookupAll = lookupAll,
): Promise<boolean> {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  if (host === "" || isAddress(host)) return isPrivateAddress(host);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly { readonly address: string }[]>((resolve) => {
    timer = setTimeout(() => resolve([]), deadlineMs);
  });
  const found = await Promise.race([lookup(host).catch(() => []), late]);
  clearTimeout(timer);
  return found.some(({ address }) => isPrivateAddress(address));
}
