import { Route, Routes } from "react-router";
import { useMe } from "../api/session.ts";
import { CreatePage } from "./CreatePage.tsx";
import { SentPage } from "./SentPage.tsx";

/** `/create`: a new campaign, step by step; `/create/sent`: what happens after it was sent. */
export function Component() {
  const { user, organization } = useMe();
  const owner = String(user?.userId ?? `o${organization.organizationId}`);
  return (
    <Routes>
      <Route path="sent" element={<SentPage />} />
      <Route path=":step?" element={<CreatePage owner={owner} />} />
    </Routes>
  );
}
