import { truncateIp } from "../consent/truncateIp.ts";
import type { DeviceType } from "../targeting/types.ts";
import { limits } from "./limits.ts";
import { parseGeo } from "./parseGeo.ts";
import { childOf, type Fields, flagOf, integerOf, listOf, objectOf, textOf } from "./read.ts";
import type { BidDevice } from "./types.ts";

/** Reads a device object (2.6 §3.2.18). */
export function parseDevice(device: Fields): BidDevice {
  const userAgent = textOf(device.ua, limits.userAgentCharacters);
  const ext = childOf(device, "ext");
  return {
    userAgent,
    type: readType(device, ext, userAgent ?? ""),
    ip: readAddress(device.ip) ?? readAddress(device.ipv6),
    language:
      textOf(device.language ?? device.langb, limits.shortCharacters)?.toLowerCase() ?? null,
    lmt: flagOf(device.lmt) ?? false,
    dnt: flagOf(device.dnt) ?? false,
    geo: parseGeo(device.geo),
  };
}

/**
 * AdCOM device types. "Mobile or tablet" (1), what many exchanges send for both, is told apart by the structured user
 * agent where there is one, which 2.6 holds for the truer, else by the plain one.
 */
function readType(device: Fields, ext: Fields, userAgent: string): DeviceType {
  switch (integerOf(device.devicetype)) {
    case 1:
      return guessType(device, ext, userAgent) === "tablet" ? "tablet" : "mobile";
    case 2:
      return "desktop";
    case 3:
    case 7:
      return "tv";
    case 4:
      return "mobile";
    case 5:
      return "tablet";
    case 6:
    case 8:
      return "other";
    default:
      return guessType(device, ext, userAgent);
  }
}

function guessType(device: Fields, ext: Fields, userAgent: string): DeviceType {
  const structured = objectOf(device.sua) ?? objectOf(ext.sua);
  return (structured === null ? null : typeOfStructured(structured)) ?? typeOfUserAgent(userAgent);
}

/** Null when it does not say whether the device is mobile, or says so of a system that may be either. */
function typeOfStructured(sua: Fields): DeviceType | null {
  const mobile = flagOf(sua.mobile);
  const platform = textOf(childOf(sua, "platform").brand, limits.shortCharacters) ?? "";
  if (mobile === true) return /ipad/i.test(textOf(sua.model, 64) ?? "") ? "tablet" : "mobile";
  if (mobile === null) return null;
  if (/android/i.test(platform)) return "tablet";
  if (/windows|mac ?os|linux|chrome ?os|chromium os/i.test(platform)) return "desktop";
  return null;
}

const television =
  /\bTV\b|SmartTV|SMART-TV|AppleTV|GoogleTV|HbbTV|Web0S|BRAVIA|Roku|CrKey|\bAFT[A-Z]/i;
const tablet = /iPad|Tablet|PlayBook|Kindle|Silk\/|Android(?!.{0,200}Mobile)/i;

function typeOfUserAgent(userAgent: string): DeviceType {
  if (userAgent === "") return "other";
  if (television.test(userAgent)) return "tv";
  if (tablet.test(userAgent)) return "tablet";
  if (/Mobi|iPhone|iPod|Android/i.test(userAgent)) return "mobile";
  return /Windows NT|Macintosh|X11|CrOS/i.test(userAgent) ? "desktop" : "other";
}

/** Exchanges shorten addresses in ways of their own: "203.0.113", "203.0.113.x", "203.0.113.000". */
function readAddress(value: unknown): string | null {
  const text = textOf(listOf(value, 1)[0], 80);
  if (text === null) return null;
  if (truncateIp(text) !== null) return text;
  const network = /^(\d{1,3}\.\d{1,3}\.\d{1,3})(?:\.(?:0{1,3}|x{1,3}|\*{1,3})?)?$/i.exec(text)?.[1];
  return network === undefined ? null : truncateIp(`${network}.0`);
}
