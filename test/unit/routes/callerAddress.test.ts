import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { callerAddress } from "../../../src/routes/callerAddress.ts";

const from = (forwarded: string | undefined, remoteAddress: string | undefined = "10.0.0.9") =>
  ({
    headers: { "x-forwarded-for": forwarded },
    socket: { remoteAddress },
  }) as unknown as IncomingMessage;

describe("the caller's address", () => {
  it.each([
    [0, "198.51.100.7", "10.0.0.9"],
    [1, undefined, "10.0.0.9"],
    [1, "", "10.0.0.9"],
    [1, " , ", "10.0.0.9"],
    [1, "198.51.100.7", "198.51.100.7"],
    [1, "203.0.113.5, 198.51.100.7", "198.51.100.7"],
    [2, "203.0.113.5,  198.51.100.7 ", "203.0.113.5"],
    [2, "1.1.1.1, 203.0.113.5,, 198.51.100.7", "203.0.113.5"],
    [5, "203.0.113.5, 198.51.100.7", "203.0.113.5"],
  ])("behind %i proxies that say %j is %s", (trustedProxies, forwarded, address) => {
    expect(callerAddress(from(forwarded), trustedProxies)).toBe(address);
  });

  it("is unknown once the connection has gone", () => {
    const gone = { headers: {}, socket: {} } as unknown as IncomingMessage;
    expect(callerAddress(gone, 1)).toBeNull();
  });
});
