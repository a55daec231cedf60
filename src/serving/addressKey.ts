import { truncateIp } from "../consent/truncateIp.ts";
import { prepareHmac } from "../preparedHmac.ts";

const keyBytes = 8;

/**
 * Gives the function that turns a caller's address into the key under which open holds are bounded: a keyed hash of
 * the truncated address (IPv4 /24, IPv6 /48), 16 hexadecimal characters. The address cannot be read back without the
 * secret, and is kept nowhere. Unknown addresses share one key.
 */
export function createAddressKey(secret: string): (address: string | null) => string {
  const hmac = prepareHmac(Buffer.from(secret));
  return (address) => {
    const network = (address === null ? null : truncateIp(address)) ?? "unknown";
    return hmac(Buffer.from(network, "latin1")).toString("hex", 0, keyBytes);
  };
}
