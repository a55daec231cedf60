import { useLanguage } from "../words/language.ts";
import { zoneText } from "./zoneText.ts";

/** Zones' labels in the language that is chosen: `const zone = useZoneText()`, then `zone(campaign.zoneLabel)`. */
export function useZoneText(): (label: string) => string {
  const language = useLanguage();
  return (label) => zoneText(label, language);
}
