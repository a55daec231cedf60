import { closeMonth } from "../billing/closeMonth.ts";
import { monthSchema } from "../billing/schemas.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import { invoiceRulesOf } from "../compose/billing.ts";
import { type Environment, parseConfig } from "../config.ts";
import { PublicError } from "../errors.ts";
import { SetupError } from "../setupError.ts";
import { readPlaces } from "../stores/files/places.ts";
import { createInvoiceBooks } from "../stores/postgres/invoices.ts";
import { createDatabase } from "../stores/postgres/pool.ts";

const usage = "Usage: npm run invoices:close -- YYYY-MM   (a month that is over, Europe/Paris)";

/**
 * `invoices:close YYYY-MM`: issues the invoices and credit notes of a month for all advertisers on `DATABASE_URL`. Again, it
 * issues only what came since.
 */
export async function closeInvoices(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const month = monthSchema.safeParse(args[0]);
  if (!month.success || args.length !== 1) throw new SetupError(usage);
  const config = parseConfig(environment, "invoices:close");
  const db = createDatabase({ url: config.databaseUrl, maxConnections: 1, statementTimeoutMs: 0 });
  const deps = {
    invoices: createInvoiceBooks(db, readPlaces()),
    rules: invoiceRulesOf(config),
    today: () => budgetDayOf(Date.now()),
  };
  const wish = { month: month.data, advertiserIds: null };
  try {
    const { issued } = await closeMonth(deps, wish, { apiKeyId: null, label: "invoices:close" });
    for (const { number, advertiserId, totalCents } of issued)
      say(`${number}  advertiser ${advertiserId}  ${(totalCents / 100).toFixed(2)} EUR with VAT`);
    const micros = issued.reduce((sum, { exactMicros }) => sum + exactMicros, 0);
    say(`${month.data}: ${issued.length} documents, ${micros} micros before VAT`);
  } catch (error) {
    throw error instanceof PublicError ? new SetupError(error.message) : error;
  } finally {
    await db.destroy();
  }
}
