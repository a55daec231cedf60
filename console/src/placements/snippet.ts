import type { Placement } from "../../../sdk/src/generated.ts";

/** The tag's loader, once a page. `origin`: where this server is. Pure. */
export function loaderSnippet(origin: string, publicKey: string): string {
  return `<script async src="${origin}/tag/atelier.js" data-site="${publicKey}"></script>`;
}

/** The element in which a placement's ad appears, with what it may hold. Pure. */
export function placeSnippet({
  code,
  formats,
  sizes,
}: Pick<Placement, "code" | "formats" | "sizes">): string {
  const asked = sizes.map(([width, height]) => `${width}x${height}`).join(", ");
  const attributes = [
    `data-atelier="${code}"`,
    ...(asked === "" ? [] : [`data-atelier-sizes="${asked}"`]),
    `data-atelier-formats="${formats.join(" ")}"`,
  ];
  return `<div ${attributes.join(" ")}></div>`;
}
