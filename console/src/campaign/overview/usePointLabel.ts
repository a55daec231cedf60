import { useFormat } from "../../ui/useFormat.ts";
import { useLanguage } from "../../words/language.ts";

const hours = (locale: string) =>
  new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" });
const hourFormats = { fr: hours("fr-FR"), en: hours("en-GB") } as const;

/** What stands below a bar: the hour in Paris (budget days are Paris's), or the day. */
export function usePointLabel(unit: "hour" | "day"): (at: string) => string {
  const { shortDay } = useFormat();
  const format = hourFormats[useLanguage()];
  return unit === "hour" ? (at) => format.format(new Date(at)) : shortDay;
}
