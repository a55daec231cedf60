import type { SameWords } from "../dictionary.ts";
import type { shellFr } from "../fr/shell.ts";

export const shellEn: SameWords<typeof shellFr> = {
  product: "Atelier",
  skip: "Skip to content",
  menu: "Menu",
  more: "More",
  groups: { campaigns: "Campaigns", platform: "Platform", account: "Account" },
  pages: {
    create: "New campaign",
    campaigns: "Campaigns",
    review: "Review",
    placements: "Placements",
    ssps: "SSPs",
    segments: "Audiences",
    accounts: "Access",
    live: "Live",
    profile: "My profile",
  },
  soon: "This page is on its way.",
  theme: { label: "Appearance", light: "Light", dark: "Dark", auto: "As the system" },
  language: "Language",
  signOut: "Sign out",
  notFound: {
    title: "There is no such page",
    text: "The address may be old, or was not copied whole.",
    back: "Back to the campaigns",
  },
};
