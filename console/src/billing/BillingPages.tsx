import { Route, Routes } from "react-router";
import { ForThose } from "../ui/ForThose.tsx";
import { useWords } from "../words/language.ts";
import { BillingPage } from "./BillingPage.tsx";
import { InvoicePage } from "./InvoicePage.tsx";
import { billingWords } from "./words.ts";

/** `/billing`: accounts, payments, invoices; `/billing/invoices/ID`: one of them. */
export function Component() {
  const t = useWords(billingWords);
  return (
    <ForThose permission="reports:read" title={t.title}>
      <Routes>
        <Route index element={<BillingPage />} />
        <Route path="invoices/:invoiceId" element={<InvoicePage />} />
      </Routes>
    </ForThose>
  );
}
