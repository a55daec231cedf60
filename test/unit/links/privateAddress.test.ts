import { describe, expect, it } from "vitest";
import { isAddress, isPrivateAddress } from "../../../src/links/privateAddress.ts";

const inside = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "198.19.255.255",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "[::1]",
  "::127.0.0.1",
  "::ffff:10.0.0.1",
  "::ffff:7f00:1",
  "64:ff9b::10.0.0.1",
  "2002:7f00:1::",
  "2001:0:4136:e378::1",
  "2001:db8::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1%eth0",
  "ff02::1",
];
const outside = [
  "8.8.8.8",
  "172.15.255.255",
  "172.32.0.0",
  "100.128.0.0",
  "1.1.1.1",
  "2606:4700::1111",
  "[2a00:1450:4007::200e]",
  "::ffff:8.8.8.8",
  "64:ff9b::8.8.8.8",
  "2002:0808:0808::1",
];

describe("an address", () => {
  it.each(inside)("%s is not for the internet", (address) => {
    expect([isAddress(address), isPrivateAddress(address)]).toEqual([true, true]);
  });

  it.each(outside)("%s is", (address) => {
    expect([isAddress(address), isPrivateAddress(address)]).toEqual([true, false]);
  });

  it.each(["example.fr", "10.example.fr", "1.2.3", "1.2.3.256", ":::", "1:2:3", "g::1", ""])(
    "%j is none",
    (name) => {
      expect([isAddress(name), isPrivateAddress(name)]).toEqual([false, false]);
    },
  );

  it("is found behind every spelling that a browser's URL takes", () => {
    for (const host of ["0x7f.1", "2130706433", "127.1", "0177.0.0.1", "127.0.0.1."]) {
      expect([host, isPrivateAddress(new URL(`https://${host}/`).hostname)]).toEqual([host, true]);
    }
  });
});
