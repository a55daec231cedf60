import { imageTypes } from "./bidConstraints.ts";

/**
 * Whether a page of https would refuse to load something of this, or warn of it. Addresses of the machine itself count as
 * safe, as they do to browsers (W3C Secure Contexts, "potentially trustworthy").
 */
export function hasInsecureAddress(text: string): boolean {
  return text.includes("://") && insecureAddress.test(text);
}

const insecureAddress = /http:\/\/(?!(?:localhost|127\.0\.0\.1)[:/])/i;

/** Whether a shop's HTML would run something. */
export function hasScript(html: string): boolean {
  return /<script|\bon[a-z]+\s*=|javascript:/i.test(html);
}

const endings: Readonly<Record<string, (typeof imageTypes)[number]>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  svg: "image/svg+xml",
};

/** The number of a picture's type in `imageTypes`, by the ending of its path; 0 = not told. */
export function imageTypeNumber(url: string): number {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  const type = endings[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  return type === undefined ? 0 : imageTypes.indexOf(type);
}
