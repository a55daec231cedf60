import { ArrowDownTrayIcon } from "@heroicons/react/24/outline";
import { Button } from "@mantine/core";
import { useWords } from "../words/language.ts";
import { privacyWords } from "./words.ts";

/** What was answered, as a file. `name`: its beginning; the time follows. */
export function KeepButton({ name, content }: { readonly name: string; readonly content: object }) {
  const t = useWords(privacyWords);
  const keep = () => {
    const blob = new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
    const url = URL.createObjectURL(blob);
    const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
    Object.assign(document.createElement("a"), {
      href: url,
      download: `${name}-${stamp}.json`,
    }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1_000);
  };
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<ArrowDownTrayIcon width={16} aria-hidden />}
      onClick={keep}
    >
      {t.keep}
    </Button>
  );
}
