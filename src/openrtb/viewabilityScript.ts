import { escapeUrl } from "./markupText.ts";

/** From this size on (px²), 30 % in view count as seen, below it 50 % (Media Rating Council, a second on end). */
const largeAdPixels = 242_500;

/**
 * Asks for `data-v` once the share `data-r` of the element around it was in view for a second on end, in a tab that is looked
 * at. The text is always the same, so that nothing of a shop's can get into it. Its timer is the browser's.
 */
const script = [
  "(function(s){",
  "var d=s&&s.parentNode,t=0,later=window.setTimeout;if(!d||!window.IntersectionObserver)return;",
  'var u=s.getAttribute("data-v"),r=+s.getAttribute("data-r");',
  "function f(){if(document.hidden){t=later(f,1000);return}o.disconnect();new Image().src=u}",
  "var o=new IntersectionObserver(function(e){",
  "var v=e[e.length-1].intersectionRatio>=r;",
  "if(!v){clearTimeout(t);t=0}else if(!t)t=later(f,1000)",
  "},{threshold:r});o.observe(d)",
  "})(document.currentScript)",
].join("");

/** The script that tells of a view of the element it stands in. */
export function viewabilityScript(viewable: string, width: number, height: number): string {
  const share = width * height >= largeAdPixels ? 0.3 : 0.5;
  return `<script data-v="${escapeUrl(viewable)}" data-r="${share}">${script}</script>`;
}
