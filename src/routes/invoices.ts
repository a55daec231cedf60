import { type Request, type RequestHandler, Router } from "express";
import type { InvoiceBooks } from "../billing/billingBooks.ts";
import { type CloseMonthDeps, closeMonthFor } from "../billing/closeMonth.ts";
import type { Invoice } from "../billing/invoice.ts";
import { invoiceToCsv } from "../billing/invoiceCsv.ts";
import { invoiceList } from "../billing/lists.ts";
import { listedAdvertiserIds, notFound, requireVisible } from "../campaigns/access.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId, parseList, sendList } from "./resource.ts";

export interface InvoicesRouterDeps extends CloseMonthDeps {
  readonly authenticate: RequestHandler;
  readonly invoices: InvoiceBooks;
  readonly renderPdf: (invoice: Invoice) => Promise<Buffer>;
}

/** `/v1/invoices`: what was issued, as JSON, PDF and CSV; `POST` closes a month, for the operator. */
export function invoicesRouter(deps: InvoicesRouterDeps): Router {
  const { authenticate, invoices, renderPdf } = deps;
  const router = Router();

  router.post("/v1/invoices", authenticate, async (request, response) => {
    response.json(await closeMonthFor(deps, request.body, apiKeyOf(request)));
  });
  router.get("/v1/invoices", authenticate, async (request, response) => {
    const list = parseList(request, invoiceList);
    const { advertiserId, month, kind } = list.filters;
    const advertiserIds = listedAdvertiserIds(apiKeyOf(request), advertiserId);
    sendList(response, list, await invoices.page({ advertiserIds, month, kind }, list));
  });

  const visible = async (request: Request): Promise<Invoice> => {
    const invoice = await invoices.read(parseId(request, "invoiceId"));
    if (invoice === null) throw notFound();
    requireVisible(apiKeyOf(request), invoice.buyer.advertiserId);
    return invoice;
  };
  router.get("/v1/invoices/:invoiceId.pdf", authenticate, async (request, response) => {
    const invoice = await visible(request);
    response.attachment(`${invoice.number}.pdf`).type("application/pdf");
    response.send(await renderPdf(invoice));
  });
  router.get("/v1/invoices/:invoiceId.csv", authenticate, async (request, response) => {
    const invoice = await visible(request);
    response.attachment(`${invoice.number}.csv`).type("text/csv; charset=utf-8");
    response.send(invoiceToCsv(invoice));
  });
  router.get("/v1/invoices/:invoiceId", authenticate, async (request, response) => {
    response.json(toAnswer(await visible(request)));
  });
  return router;
}

function toAnswer(invoice: Invoice) {
  const { invoiceId, number, series, month, issuedOn, buyer, mandatary, lines, corrects } = invoice;
  const { vatMention: _printed, ...totals } = invoice.totals;
  const kind = series === "A" ? "credit_note" : "invoice";
  const { advertiserId, name: buyerName } = buyer;
  return {
    invoiceId,
    number,
    kind,
    advertiserId,
    buyerName,
    mandatary,
    month,
    issuedOn,
    lines,
    ...totals,
    corrects,
  };
}
