import type { HtmlContent, ImageContent, NativeContent } from "../targeting/types.ts";
import { type BannerSize, isTall } from "./bannerFit.ts";
import type { BidCandidate, BidTracking } from "./bidTypes.ts";
import { htmlFacts } from "./htmlFacts.ts";
import { escapeText, escapeUrl } from "./markupText.ts";
import { mentionOf } from "./mentionOf.ts";
import { viewabilityScript } from "./viewabilityScript.ts";

export interface BannerMarkup {
  readonly candidate: BidCandidate;
  readonly size: BannerSize;
  readonly tracking: BidTracking;
  /** Of the exchange's macro and our address. */
  readonly click: string;
  /** The markup says itself that it is an ad, whose, and who pays. */
  readonly tellsPayer: boolean;
  readonly aboutUrl: string | null;
  /** Scripts are not taken here: views are not told. */
  readonly mayScript: boolean;
}

const linkTraits = 'target="_blank" rel="noopener sponsored"';
const covering = "position:absolute;left:0;top:0;width:100%;height:100%";

/** The markup of a banner: ad, label where asked, impression pixel, view beacon. No text of a shop can become markup. */
export function bannerMarkup(ask: BannerMarkup): string {
  const { width, height } = ask.size;
  const { tracking } = ask;
  const frame = `position:relative;width:${width}px;height:${height}px;overflow:hidden`;
  const pixelStyle = "position:absolute;left:0;bottom:0;opacity:0;pointer-events:none";
  return [
    `<div style="${frame}">`,
    adOf(ask),
    mentionLine(mentionOf(ask.candidate)),
    ask.tellsPayer ? labelOf(ask) : "",
    `<img src="${escapeUrl(tracking.impression)}" width="1" height="1" alt="" style="${pixelStyle}">`,
    ask.mayScript ? viewabilityScript(tracking.viewable, width, height) : "",
    "</div>",
  ].join("");
}

function adOf(ask: BannerMarkup): string {
  const { creative } = ask.candidate;
  const { content } = creative;
  if ("html" in content) return framedHtml(content, ask);
  if ("title" in content) return cardMarkup(content, ask);
  return pictureMarkup(content, ask);
}

function pictureMarkup(content: ImageContent, ask: BannerMarkup): string {
  const { width, height } = ask.size;
  const picture =
    `<img src="${escapeUrl(content.imageUrl)}" width="${width}" height="${height}" ` +
    `alt="${escapeText(content.alt)}" style="display:block;border:0">`;
  return `<a href="${escapeUrl(ask.click)}" ${linkTraits}>${picture}</a>`;
}

/** A shop's code in a frame of its own, which reads neither the page nor its cookies: as the contract of pages has it. */
function framedHtml(content: HtmlContent, ask: BannerMarkup): string {
  const { width, height } = ask.size;
  const { parts } = htmlFacts(content);
  // Escaped for the code that it stands in, then, with that code, for the attribute.
  const link = parts.join(escapeUrl(escapeUrl(ask.click)));
  // Its own links open beside the page, which the frame may not leave; at the end, so that a doctype stays the first.
  const code = parts.length > 1 ? link + escapeText('<base target="_blank">') : link;
  const frame =
    `<iframe sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" srcdoc="${code}" ` +
    `width="${width}" height="${height}" frameborder="0" scrolling="no" style="display:block;border:0"></iframe>`;
  if (parts.length > 1) return frame;
  const name = escapeText(ask.candidate.campaign.advertiserName);
  return `${frame}<a href="${escapeUrl(ask.click)}" ${linkTraits} aria-label="${name}" style="${covering}"></a>`;
}

/** A native ad laid out as a banner: picture above or beside title, text and call to action, all one link. */
function cardMarkup(content: NativeContent, ask: BannerMarkup): string {
  const { width, height } = ask.size;
  const tall = isTall(width, height);
  const share = tall ? "width:100%;height:50%" : "width:30%;height:100%";
  const isLow = height < 90;
  const clip = "overflow:hidden;text-overflow:ellipsis";
  const title = `<b style="display:block;font-size:${isLow ? 13 : 16}px;${clip}">${escapeText(content.title)}</b>`;
  const text = `<span style="display:block;font-size:12px;${clip}">${escapeText(content.text)}</span>`;
  const call = `<span style="display:block;font-size:12px;font-weight:bold;color:#06c;white-space:nowrap">${escapeText(content.callToAction)}</span>`;
  const layout = `display:flex;flex-direction:${tall ? "column" : "row"};text-decoration:none`;
  const look = "background:#fff;color:#222;font-family:sans-serif;line-height:1.25";
  return [
    `<a href="${escapeUrl(ask.click)}" ${linkTraits} style="${covering};${layout};${look}">`,
    `<img src="${escapeUrl(content.imageUrl)}" alt="" style="${share};object-fit:cover;border:0;flex:none">`,
    `<span style="flex:1;min-width:0;min-height:0;padding:6px;overflow:hidden">${title}${isLow ? "" : text}${call}</span>`,
    "</a>",
  ].join("");
}

/** What the law has the ad say, over its lower edge; clicks go through it. */
function mentionLine(mention: string): string {
  if (mention === "") return "";
  const style =
    "position:absolute;left:0;right:0;bottom:0;padding:0 4px;background:#fff;color:#222;font:9px/11px sans-serif;pointer-events:none";
  return `<div style="${style}">${escapeText(mention)}</div>`;
}

/** Art. 26 of the Digital Services Act: that it is an ad, whose, and who pays; the page behind it tells the reasons. */
function labelOf(ask: BannerMarkup): string {
  const { advertiserName, payerName } = ask.candidate.campaign;
  const told = escapeText(`Annonceur : ${advertiserName}. Payé par : ${payerName}.`);
  const style =
    "position:absolute;right:0;top:0;padding:1px 4px;background:#fff;color:#333;font:10px sans-serif;text-decoration:none";
  const text = `Publicité${ask.aboutUrl === null ? "" : " · Pourquoi ?"}`;
  if (ask.aboutUrl === null) return `<span title="${told}" style="${style}">${text}</span>`;
  return `<a href="${escapeUrl(ask.aboutUrl)}" ${linkTraits} title="${told}" style="${style}">${text}</a>`;
}
