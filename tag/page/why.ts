import { make } from "./dom.ts";
import type { Ad } from "./types.ts";
import type { Words } from "./words.ts";

export interface WhyDeps {
  readonly words: Words;
  /** Where the site's own choices are changed; undefined = it did not say. */
  readonly choices: string | (() => void) | undefined;
  readonly optOut: () => void;
}

/** The line of an ad: what it is, whose, and the button that tells why (Digital Services Act, article 26). */
export function lineOf(ad: Ad, deps: WhyDeps): HTMLElement {
  const button = make("button", {}, deps.words.why);
  const line = make(
    "div",
    { class: "b" },
    make("span", {}, `${ad.label} · ${ad.advertiser}`),
    button,
  );
  button.onclick = (): void => {
    const dialog = dialogOf(ad, deps);
    dialog.onclose = (): void => dialog.remove();
    line.after(dialog);
    dialog.showModal();
  };
  return line;
}

function dialogOf(ad: Ad, { words, choices, optOut }: WhyDeps): HTMLDialogElement {
  const { why } = words;
  const dialog = make("dialog", { "aria-label": why }, make("b", {}, why));
  const actions = make("div", { class: "o" });
  const offer = (text: string, act: string | (() => void) | undefined): void => {
    if (!act) return;
    const isLink = typeof act === "string";
    const action = isLink
      ? make("a", { href: act, target: "_blank" }, text)
      : make("button", {}, text);
    action.onclick = (): void => {
      dialog.close();
      if (!isLink) act();
    };
    actions.append(action);
  };
  offer(words.change, choices);
  if (ad.choices) offer(words.optOut, optOut);
  offer(words.more, ad.aboutUrl);
  offer(words.close, () => undefined);
  dialog.append(
    make("p", {}, words.advertiser, ad.advertiser, make("br"), words.payer, ad.payer),
    make("ul", { lang: "fr" }, ...ad.reasons.map((reason) => make("li", {}, reason))),
    make("p", { lang: "fr" }, ad.choices),
    actions,
  );
  return dialog;
}
