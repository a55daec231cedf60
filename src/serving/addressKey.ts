import { createHmac } from "node:crypto";
import { truncateIp } from "../consent/truncateIp.ts";
import { remembered } from "./remembered.ts";

const rememberedNetworks = 10_000;

/**
 * Gives the function that turns a caller's address into the key under which open holds are bounded: a keyed hash of
 * the truncated address (IPv4 /24, IPv6 /48), 16 hexadecimal characters. The address cannot be read back without the
 * secret, and is kept nowhere (the latest truncated ones stay in memory). Unknown addresses share one key.
 */
export function createAddressKey(secret: string): (address: string | null) => string {
  const keyOf = remembered(rememberedNetworks, (network) =>
    createHmac("sha256", secret).update(network).digest("hex").slice(0, 16),
  );
  return (address) => keyOf((address === null ? null : truncateIp(address)) ?? "unknown");
}
