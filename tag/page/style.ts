/**
 * In the colours of the system: light, unless the page says that it may be dark (`color-scheme`). The line above an ad is in the
 * page's own. The heights are those of `sizes.ts`.
 */
const css = `:host{display:block;container-type:inline-size}
.g{all:initial;color-scheme:inherit;color:inherit;display:block;margin-top:12px;font:14px/20px var(--atelier-font,system-ui)}
.g:first-child{margin:0}
.b{display:flex;gap:8px;opacity:.8;font-size:12px;line-height:24px;white-space:nowrap}
.b span{flex:1;overflow:hidden;text-overflow:ellipsis}
button,dialog a{all:unset;cursor:pointer;text-decoration:underline}
:focus-visible{outline:2px solid;outline-offset:-2px}
.n,dialog{background:Canvas;color:CanvasText;border:0;border-radius:10px;box-shadow:inset 0 0 0 1px #8886}
.n,.w{display:flex;flex-direction:column;overflow:hidden;text-decoration:none}
.n img{aspect-ratio:1.91;object-fit:cover}
.w{gap:4px;box-sizing:border-box;height:196px;padding:12px 14px}
.w b,.w p{margin:0;overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2}
.w b{font-size:16px;flex:none}
.w p{-webkit-line-clamp:4}
.w i{font-style:normal;font-weight:600;color:var(--atelier-accent,light-dark(#1a56b8,#9cc0ff));margin-top:auto}
small{font-size:11px;line-height:14px;flex:none}
@container (max-width:239px){.b button{font-size:0}.b button:before{content:"ⓘ";font-size:16px}}
@container (min-width:480px){.n{flex-direction:row}.n img{width:40%;max-width:330px;height:196px}.w{flex:1}}
@container (min-width:640px){.n img,.w{height:168px}.w p{-webkit-line-clamp:3}}
.w p:has(+:not(:empty)){-webkit-line-clamp:2}
.f{position:relative;margin:auto}
iframe{display:block;margin:auto;border:0;color-scheme:light}
.f small{position:absolute;inset:auto 0 0;background:#fff;color:#000;pointer-events:none}
dialog{width:380px;max-width:80vw;padding:20px}
ul{padding:0 18px}
.o{display:flex;flex-wrap:wrap;gap:4px 16px}`;

let sheet: CSSStyleSheet | undefined;

/** Needs no `style-src`: the sheet is made by a script that may run. */
export function dress(root: ShadowRoot): void {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  root.adoptedStyleSheets = [sheet];
}
