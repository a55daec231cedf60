import { Route, Routes } from "react-router";
import { ForThose } from "../ui/ForThose.tsx";
import { useWords } from "../words/language.ts";
import { WebhookListPage } from "./WebhookListPage.tsx";
import { WebhookPage } from "./WebhookPage.tsx";
import { webhooksWords } from "./words.ts";

/** `/webhooks`: who is told; `/webhooks/ID`: one of them, and what it was sent. */
export function Component() {
  const t = useWords(webhooksWords);
  return (
    <ForThose permission="accounts" title={t.title}>
      <Routes>
        <Route index element={<WebhookListPage />} />
        <Route path=":webhookId" element={<WebhookPage />} />
      </Routes>
    </ForThose>
  );
}
