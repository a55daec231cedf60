import type { ReportedDay } from "./sspReport.ts";

/** Whose midnight ends a day. */
export const accountTimeZones = ["UTC", "Europe/Paris"] as const;
export type AccountTimeZone = (typeof accountTimeZones)[number];

/** Of one day (or several) and currency, as the ledger has it. Micros of a euro, unless told otherwise. */
export interface SspSums {
  /** Impressions that the SSP billed. */
  readonly billed: number;
  /** What it asks for them, micros of its currency. */
  readonly priceMicros: number;
  /** The same in euros, by the dated rate of each. */
  readonly costMicros: number;
  /** Of these, for campaigns paid by impression: what no shop has paid anything for, and the house pays. */
  readonly houseBilled: number;
  readonly houseMicros: number;
  /** The cost of impressions of campaigns paid by view or click, and what these paid: the house's risk. */
  readonly riskCostMicros: number;
  readonly riskChargedMicros: number;
  /** Impressions that our own pixel told of. */
  readonly shown: number;
  /** What shops paid, by whatever they pay by. */
  readonly chargedMicros: number;
}

export interface SspDay extends SspSums {
  readonly day: string;
  /** Of `priceMicros`; what shops paid stands under EUR. */
  readonly currency: string;
}

export interface ImportedDay extends ReportedDay {
  readonly timeZone: AccountTimeZone;
  readonly importedAt: string;
}

/** What people ask of the accounts of SSPs. Days are inclusive. Each rejects with PublicError `unavailable` without a store. */
export interface SspAccounts {
  /** By day and currency, oldest first. */
  readDays(
    ssp: string,
    fromDay: string,
    toDay: string,
    timeZone: AccountTimeZone,
  ): Promise<readonly SspDay[]>;
  /** Days and currencies that were reported before are replaced; the audit log remembers who did it. */
  saveReport(
    ssp: string,
    days: readonly ReportedDay[],
    timeZone: AccountTimeZone,
    importer: Importer,
  ): Promise<void>;
  readReport(ssp: string, fromDay: string, toDay: string): Promise<readonly ImportedDay[]>;
}

/** Who imports a report, as the audit log keeps it. */
export interface Importer {
  readonly apiKeyId: number | null;
  readonly label: string;
  readonly userId?: number | null;
  readonly organizationId?: number | null;
  readonly requestId?: string | null;
}

const noSums: SspSums = {
  billed: 0,
  priceMicros: 0,
  costMicros: 0,
  houseBilled: 0,
  houseMicros: 0,
  riskCostMicros: 0,
  riskChargedMicros: 0,
  shown: 0,
  chargedMicros: 0,
};

/** Adds up days of whatever currency; `priceMicros` of several currencies is no sum, and is left out. */
export function sumAccount(days: readonly SspSums[]): Omit<SspSums, "priceMicros"> & {
  /** What shops paid less what the SSP bills. */
  readonly marginMicros: number;
  /** Thousandths of the cost that the house pays; at most 5 is good. 0 without any cost. */
  readonly housePermille: number;
} {
  const { priceMicros: _priceMicros, ...sums } = days.reduce(addSums, noSums);
  const { chargedMicros, costMicros, houseMicros } = sums;
  const housePermille = costMicros === 0 ? 0 : (houseMicros / costMicros) * 1_000;
  return {
    ...sums,
    marginMicros: chargedMicros - costMicros,
    housePermille: Math.round(housePermille * 100) / 100,
  };
}

function addSums(a: SspSums, b: SspSums): SspSums {
  return {
    billed: a.billed + b.billed,
    priceMicros: a.priceMicros + b.priceMicros,
    costMicros: a.costMicros + b.costMicros,
    houseBilled: a.houseBilled + b.houseBilled,
    houseMicros: a.houseMicros + b.houseMicros,
    riskCostMicros: a.riskCostMicros + b.riskCostMicros,
    riskChargedMicros: a.riskChargedMicros + b.riskChargedMicros,
    shown: a.shown + b.shown,
    chargedMicros: a.chargedMicros + b.chargedMicros,
  };
}

interface Amount {
  readonly impressions: number;
  /** Micros of the currency. */
  readonly spendMicros: number;
}

export interface ReconciledDay {
  readonly day: string;
  readonly currency: string;
  /** Null = the SSP reported nothing of that day. */
  readonly reported: Amount | null;
  readonly ledger: Amount;
  /** What the SSP reports more than the ledger has. */
  readonly difference: Amount;
}

/** Lays a report beside the ledger, by day and currency, oldest first; each total is of one currency. Pure. */
export function reconcileReport(
  reported: readonly ReportedDay[],
  ledger: readonly SspDay[],
): {
  readonly days: readonly ReconciledDay[];
  readonly totals: readonly Omit<ReconciledDay, "day">[];
} {
  const billed = ledger.filter(({ billed: count }) => count > 0);
  const keyOf = ({ day, currency }: { readonly day: string; readonly currency: string }) =>
    `${day} ${currency}`;
  const reports = new Map(reported.map((one) => [keyOf(one), one]));
  const bills = new Map(billed.map((one) => [keyOf(one), one]));
  const keys = [...new Set([...reports.keys(), ...bills.keys()])].sort();
  const days = keys.map((key) => {
    const [day = "", currency = ""] = key.split(" ");
    return { day, ...compare(currency, reports.get(key), bills.get(key)) };
  });
  const currencies = [...new Set(days.map(({ currency }) => currency))];
  const totals = currencies.map((currency) => {
    const own = days.filter((one) => one.currency === currency);
    const toldOf = own.flatMap((one) => one.reported ?? []);
    const ofLedger = addAmounts(own.map((one) => one.ledger));
    const ofReport = toldOf.length === 0 ? null : addAmounts(toldOf);
    return {
      currency,
      reported: ofReport,
      ledger: ofLedger,
      difference: minus(ofReport, ofLedger),
    };
  });
  return { days, totals };
}

function compare(
  currency: string,
  report: ReportedDay | undefined,
  bill: SspDay | undefined,
): Omit<ReconciledDay, "day"> {
  const reported =
    report === undefined
      ? null
      : { impressions: report.impressions, spendMicros: report.spendMicros };
  const ledger = { impressions: bill?.billed ?? 0, spendMicros: bill?.priceMicros ?? 0 };
  return { currency, reported, ledger, difference: minus(reported, ledger) };
}

function minus(reported: Amount | null, ledger: Amount): Amount {
  return {
    impressions: (reported?.impressions ?? 0) - ledger.impressions,
    spendMicros: (reported?.spendMicros ?? 0) - ledger.spendMicros,
  };
}

function addAmounts(amounts: readonly Amount[]): Amount {
  return {
    impressions: amounts.reduce((sum, { impressions }) => sum + impressions, 0),
    spendMicros: amounts.reduce((sum, { spendMicros }) => sum + spendMicros, 0),
  };
}
