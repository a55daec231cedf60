import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { liveWords } from "./words.ts";

/** How durations and sizes are written at a glance: "340 ms", "12 s", "3 Mo"; null = "–". */
export function useSizes() {
  const t = useWords(liveWords);
  const format = useFormat();
  return {
    duration(ms: number | null): string {
      if (ms === null) return t.rates.none;
      if (ms < 1_000) return t.duration.ms(format.number(ms));
      if (ms < 120_000) return t.duration.seconds(format.number(ms / 1_000));
      return t.duration.minutes(format.number(ms / 60_000));
    },
    bytes(count: number): string {
      if (count < 1_000) return t.machine.bytes(format.number(count));
      if (count < 1_000_000) return t.machine.kilobytes(format.number(count / 1_000));
      return t.machine.megabytes(format.number(count / 1_000_000));
    },
  };
}
