import { createHmac } from "node:crypto";
import { truncateIp } from "../consent/truncateIp.ts";

/**
 * Gives the function that turns a caller's address into the key under which open holds are bounded: a keyed hash of
 * the truncated address (IPv4 /24, IPv6 /48), 16 hexadecimal characters. The address cannot be read back without the
 * secret, and is kept nowhere. Unknown addresses share one key.
 */
export function createAddressKey(secret: string): (address: string | null) => string {
  return (address) => {
    const truncated = address === null ? null : truncateIp(address);
    return createHmac("sha256", secret)
      .update(truncated ?? "unknown")
      .digest("hex")
      .slice(0, 16);
  };
}
