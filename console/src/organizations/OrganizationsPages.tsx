import { ForThose } from "../ui/ForThose.tsx";
import { useWords } from "../words/language.ts";
import { OrganizationListPage } from "./OrganizationListPage.tsx";
import { organizationsWords } from "./words.ts";

/** `/organizations`: who uses the platform. Of the operator's administrators. */
export function Component() {
  const t = useWords(organizationsWords);
  return (
    <ForThose permission="platform" title={t.title}>
      <OrganizationListPage />
    </ForThose>
  );
}
