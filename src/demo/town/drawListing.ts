import { pictograms } from "../pictograms.ts";
import { townCategories } from "./townCategories.ts";

const skies = [
  ["#f4efe6", "#e3d5bf"],
  ["#e8eef2", "#c9d8e2"],
  ["#edf1e7", "#cfdcc0"],
  ["#f3e9e6", "#e2c7bf"],
  ["#ece9f3", "#cdc6e0"],
] as const;

/** The picture of a listing, as SVG: its category's drawing on a paper of its own colour. Pure; any number will do. */
export function drawListing(category: number, number: number): string {
  const pictogram = townCategories[category]?.pictogram ?? "house";
  const [light, shade] = skies[(number + category) % skies.length] ?? skies[0];
  const turn = ((number * 37) % 17) - 8;
  const slope = 60 + ((number * 13) % 60);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" width="320" height="240">`,
    `<rect width="320" height="240" fill="${light}"/>`,
    `<path d="M0 ${240 - slope} C 90 ${190 - slope / 3}, 200 ${250 - slope}, 320 ${200 - slope / 2} V240 H0Z" fill="${shade}"/>`,
    `<g transform="translate(160 118) rotate(${turn / 3}) scale(5.4) translate(-12 -12)" fill="none" stroke="#3c3a36" `,
    `stroke-width="1.1" stroke-linecap="round" stroke-linejoin="round"><path d="${pictograms[pictogram]}"/></g></svg>`,
  ].join("");
}
