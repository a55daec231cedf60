import { ForThose } from "../ui/ForThose.tsx";
import { useWords } from "../words/language.ts";
import { ListsPage } from "./ListsPage.tsx";
import { listsWords } from "./words.ts";

/** `/lists`: customers that an advertiser brings, as hashes. */
export function Component() {
  const t = useWords(listsWords);
  return (
    <ForThose permission="campaigns:read" title={t.title}>
      <ListsPage />
    </ForThose>
  );
}
