import type { CreativeFields } from "./creativeSchema.ts";

/** An ad as visitors will see it, alone on a page. */
export interface PreviewOf {
  readonly creative: CreativeFields;
  readonly advertiserName: string;
  readonly payerName: string;
  /** What the law has it say. */
  readonly mentions: readonly string[];
  /** The box of a native ad laid out as a banner; null = as a card of a page's list. */
  readonly box: readonly [width: number, height: number] | null;
}

export interface PreviewPage {
  readonly html: string;
  /** The page runs only what the ad itself brings, in a sandbox without an origin, and loads only pictures. */
  readonly contentSecurityPolicy: string;
}

const policyOf = (scripts: string, flags: string, pictures: string): string =>
  [
    `sandbox ${flags}`.trim(),
    "default-src 'none'",
    `script-src ${scripts}`,
    "style-src 'unsafe-inline'",
    `img-src https: data: ${pictures}`.trim(),
    "font-src https: data:",
    "media-src https: data:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors *",
  ].join("; ");

/** What a document with a shop's own code may do: draw, animate, and open its link beside the page. */
export const codePolicy = (pictures: string): string =>
  policyOf(
    "'unsafe-inline'",
    "allow-scripts allow-popups allow-popups-to-escape-sandbox",
    pictures,
  );

/**
 * The page of an ad. No text of a shop can become markup in it; a shop's own code stands in a frame of its own. `pictures`:
 * an origin besides https whose pictures are shown, or "". Pure.
 */
export function previewPage(preview: PreviewOf, pictures: string): PreviewPage {
  const isCode = preview.creative.format === "html";
  return {
    html: pageAround(adOf(preview), preview),
    contentSecurityPolicy: isCode ? codePolicy(pictures) : policyOf("'none'", "", pictures),
  };
}

function pageAround(ad: string, { advertiserName, payerName, mentions }: PreviewOf): string {
  const told = `Annonceur : ${advertiserName}. Payé par : ${payerName}.`;
  return [
    '<!doctype html><html lang="fr"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width"><title>Aperçu de l’annonce</title>',
    "<style>body{margin:16px;background:#f4f4f4;font-family:sans-serif;color:#222}",
    "figure{display:inline-block;margin:0;background:#fff;border:1px solid #ccc}",
    "figcaption{padding:4px 8px;font-size:11px;color:#555;border-top:1px solid #eee}",
    ".card{width:320px}.card img{display:block;width:100%;aspect-ratio:1.91;object-fit:cover}",
    ".words{padding:8px}.words b{display:block;font-size:16px}.words p{margin:4px 0;font-size:13px}",
    ".words span{font-size:13px;font-weight:bold;color:#06c}",
    ".box{display:flex;overflow:hidden}.box img{object-fit:cover;flex:none}",
    ".box .words{min-width:0;overflow:hidden}</style></head><body>",
    `<figure>${ad}${mentionsMarkup(mentions)}<figcaption title="${escapeHtml(told)}">Publicité · ${escapeHtml(told)}</figcaption></figure>`,
    "</body></html>",
  ].join("");
}

function adOf({ creative, box }: PreviewOf): string {
  switch (creative.format) {
    case "native":
      return box === null ? cardOf(creative) : boxOf(creative, box);
    case "image": {
      const { imageUrl, alt, width, height } = creative;
      return `<img src="${escapeHtml(imageUrl)}" alt="${escapeHtml(alt)}" width="${width}" height="${height}" style="display:block">`;
    }
    case "html": {
      const { html, width, height } = creative;
      return `<iframe sandbox="allow-scripts" srcdoc="${escapeHtml(html)}" width="${width}" height="${height}" frameborder="0" scrolling="no" style="display:block;border:0"></iframe>`;
    }
  }
}

type NativeFields = Extract<CreativeFields, { readonly format: "native" }>;

const cardOf = (creative: NativeFields): string =>
  `<div class="card"><img src="${escapeHtml(creative.imageUrl)}" alt="">${wordsOf(creative)}</div>`;

/** As exchanges get it: the picture above in a tall box, beside in a wide one. */
function boxOf(creative: NativeFields, [width, height]: readonly [number, number]): string {
  const isTall = height >= width * 0.75;
  const share = isTall ? "width:100%;height:50%" : "width:30%;height:100%";
  const style = `width:${width}px;height:${height}px;flex-direction:${isTall ? "column" : "row"}`;
  return `<div class="box" style="${style}"><img src="${escapeHtml(creative.imageUrl)}" alt="" style="${share}">${wordsOf(creative)}</div>`;
}

const wordsOf = ({ title, text, callToAction }: NativeFields): string =>
  `<div class="words"><b>${escapeHtml(title)}</b><p>${escapeHtml(text)}</p><span>${escapeHtml(callToAction)}</span></div>`;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Below the ad; nothing where the law asks for nothing. */
export const mentionsMarkup = (mentions: readonly string[]): string =>
  mentions.length === 0
    ? ""
    : `<p style="margin:0;padding:2px 4px;background:#fff;color:#222;font:11px/1.3 sans-serif">${escapeHtml(mentions.join(" "))}</p>`;

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => entities[sign] ?? "");
