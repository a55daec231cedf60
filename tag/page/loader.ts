declare const __VERSION__: string;

interface Host {
  atelier?: unknown;
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { readonly createScriptURL: (url: string) => string },
    ): { createScriptURL(url: string): string };
  };
}

/** Brings the tag of today, with what this script was given. */
function load({ src, nonce, dataset }: HTMLScriptElement): void {
  const host = window as unknown as Host;
  // An element of the page's may have this name.
  if (!Array.isArray(host.atelier) && !Object(host.atelier).version) host.atelier = [];
  const tag = document.createElement("script");
  const url = new URL(`${__VERSION__}/atelier.js`, src).href;
  const policy = host.trustedTypes?.createPolicy("atelier", { createScriptURL: (one) => one });
  tag.src = policy?.createScriptURL(url) ?? url;
  tag.nonce = nonce;
  Object.assign(tag.dataset, dataset);
  document.head.append(tag);
}

try {
  load(document.currentScript as HTMLScriptElement);
} catch {
  // A page whose policy forbids it shows no ads.
}
