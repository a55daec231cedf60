import { make } from "./dom.ts";
import type { Ad } from "./types.ts";
import { lineOf, type WhyDeps } from "./why.ts";

export interface CardDeps extends WhyDeps {
  readonly clickPrefix: string | undefined;
  /** The ad is drawn, or never will be. */
  readonly onDrawn: (isDrawn: boolean) => void;
  readonly onClick: () => void;
}

/** An ad as an element, with its line above it. */
export function cardOf(ad: Ad, deps: CardDeps): HTMLElement {
  const body = { native: nativeOf, image: bannerOf, html: codeOf }[ad.format](ad, deps);
  const name = `${ad.label} · ${ad.advertiser}`;
  return make("div", { class: "g", role: "group", "aria-label": name }, lineOf(ad, deps), body);
}

function linkOf({ click }: Ad, { clickPrefix, onClick }: CardDeps): HTMLAnchorElement {
  const href = clickPrefix ? clickPrefix + encodeURIComponent(click) : click;
  const link = make("a", { href, target: "_blank", rel: "noopener sponsored" });
  link.onclick = onClick;
  return link;
}

/** Before anything is shown, so that nothing of an ad whose picture is broken is billed as a banner. */
function pictureOf(ad: Ad, onDrawn: (isDrawn: boolean) => void): HTMLImageElement {
  const picture = make("img", { alt: ad.alt });
  picture.onload = (): void => onDrawn(true);
  picture.onerror = (): void => onDrawn(false);
  picture.src = ad.imageUrl;
  return picture;
}

/** What the law has the ad say. */
const smallOf = ({ mentions }: Ad): HTMLElement => make("small", {}, mentions.join(" "));

function nativeOf(ad: Ad, deps: CardDeps): HTMLElement {
  const link = linkOf(ad, deps);
  link.className = "n";
  // Its words are an ad without a picture, too.
  const drawn = (): void => deps.onDrawn(true);
  link.append(
    pictureOf(ad, drawn),
    make(
      "span",
      { class: "w", dir: "auto" },
      make("b", {}, ad.title),
      make("p", {}, ad.text),
      smallOf(ad),
      make("i", {}, ad.callToAction),
    ),
  );
  return link;
}

function frameOf({ width, height, advertiser }: Ad, may: string): HTMLIFrameElement {
  const sandbox = `${may} allow-popups allow-popups-to-escape-sandbox`;
  return make("iframe", { sandbox, width, height, scrolling: "no", title: advertiser });
}

/** A picture in a frame where no script runs at all; it is made here, so that no policy of the page's stands in its way. */
function bannerOf(ad: Ad, deps: CardDeps): HTMLElement {
  const frame = frameOf(ad, "allow-same-origin");
  const picture = pictureOf(ad, deps.onDrawn);
  const link = linkOf(ad, deps);
  picture.width = ad.width;
  picture.height = ad.height;
  link.append(picture);
  frame.onload = (): void => {
    const { body } = frame.contentDocument as Document;
    body.style.cssText = "margin:0;line-height:0";
    body.append(link);
  };
  const box = make("div", { class: "f" }, frame, smallOf(ad));
  box.style.width = `${ad.width}px`;
  return box;
}

/**
 * A shop's code in a document of the server's, without an origin: it reads neither the page nor its cookies, says itself what the law
 * asks for, and leads to the shop.
 */
function codeOf(ad: Ad, deps: CardDeps): HTMLElement {
  const frame = frameOf(ad, "allow-scripts");
  frame.onload = (): void => deps.onDrawn(true);
  frame.src = ad.click.replace("/t/c/", `/creatives/${ad.creativeId}/frame?token=`);
  return make("div", { class: "f" }, frame);
}
