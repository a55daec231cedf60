import { createHash } from "node:crypto";
import { escapeText } from "../openrtb/markupText.ts";

const style =
  "body{max-width:30em;margin:3em auto;padding:0 1em;font:18px/1.5 sans-serif;color:#222;background:#fff;text-align:center}" +
  "a{display:block;margin:1.5em 0;padding:.8em;border-radius:.4em;background:#0b5;color:#000;font-weight:bold;text-decoration:none}" +
  "small{color:#555}";

/** Nothing is loaded, run, sent or framed. */
export const shopPagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Where a click on the ad of a shop without a site leads: its name, where it is, and a telephone to touch. Pure. */
export function shopPage(shop: {
  readonly name: string;
  readonly phone: string;
  readonly address: string | null;
}): string {
  const name = escapeText(shop.name);
  const address = shop.address === null ? "" : `<p>${escapeText(shop.address)}</p>`;
  const phone = escapeText(shop.phone);
  return [
    "<!doctype html>",
    `<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<meta name="robots" content="noindex"><title>${name}</title><style>${style}</style></head>`,
    `<body><h1>${name}</h1>${address}<a href="tel:${phone}">Appeler le ${nationalNumber(phone)}</a>`,
    "<small>Page de la boutique, ouverte depuis sa publicité.</small></body></html>",
  ].join("\n");
}

/** "+33555010203" is "05 55 01 02 03" at home. */
export function nationalNumber(phone: string): string {
  const digits = /^\+33(\d)(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(phone);
  return digits === null ? phone : `0${digits.slice(1).join(" ")}`;
}
