import { CheckCircleIcon, ExclamationTriangleIcon } from "@heroicons/react/24/solid";
import { Badge } from "@mantine/core";
import type { SystemReport } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { storeName } from "./storeName.ts";
import { liveWords } from "./words.ts";

/** Whether all goes well, in a word. */
export function HealthPill({ stores }: { readonly stores: SystemReport["stores"] }) {
  const t = useWords(liveWords);
  const format = useFormat();
  const bad = stores.filter(({ ok }) => !ok).map(({ name }) => storeName(name, t));
  const isGood = bad.length === 0;
  return (
    <Badge
      size="lg"
      variant="light"
      color={isGood ? "atelier" : "red"}
      tt="none"
      leftSection={isGood ? <CheckCircleIcon width={16} /> : <ExclamationTriangleIcon width={16} />}
    >
      {isGood ? t.health.good : t.health.bad(format.list(bad))}
    </Badge>
  );
}
