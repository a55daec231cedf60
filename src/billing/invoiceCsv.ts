import {
  centsToDecimal,
  dayToFrench,
  kindToFrench,
  microsToDecimal,
  rateToFrench,
} from "./frenchFormat.ts";
import type { Invoice, InvoiceLine } from "./invoice.ts";

const header = [
  "Numéro",
  "Nature",
  "Date d'émission",
  "Mois",
  "Annonceur",
  "Mandataire",
  "Campagne",
  "Nom de la campagne",
  "Du",
  "Au",
  "Zone",
  "Supports",
  "Lieux de diffusion",
  "Unité",
  "Quantité",
  "Prix unitaire HT (€)",
  "Montant HT (€)",
  "Motif",
];

/**
 * The statement as CSV for French spreadsheets: semicolons, decimal commas, CRLF, a byte order mark. Texts that a spreadsheet
 * would run as a formula get an apostrophe before them. After the lines come the totals, one a line. Pure.
 */
export function invoiceToCsv(invoice: Invoice): string {
  const lines = invoice.lines.map((line) => cellsOf(invoice, line));
  const { totals } = invoice;
  const sums: readonly (readonly [string, string])[] = [
    ["Total exact HT", microsToDecimal(totals.exactMicros)],
    ["Report du document précédent", microsToDecimal(totals.carriedInMicros)],
    ["Reste reporté sur le suivant", microsToDecimal(totals.carriedOutMicros)],
    ["Total HT", centsToDecimal(totals.netCents)],
    [`TVA ${rateToFrench(totals.vatBasisPoints)}`, centsToDecimal(totals.vatCents)],
    ["Total TTC", centsToDecimal(totals.totalCents)],
  ];
  const last = sums.map(([label, amount]) =>
    header.map((_name, index) =>
      index === 0 ? text(invoice.number) : index === 13 ? text(label) : index === 16 ? amount : "",
    ),
  );
  return `\uFEFF${[header.map(text), ...lines, ...last].map((cells) => `${cells.join(";")}\r\n`).join("")}`;
}

function cellsOf(invoice: Invoice, line: InvoiceLine): readonly string[] {
  const isCredit = line.kind === "credit";
  return [
    text(invoice.number),
    invoice.series === "A" ? "Avoir" : "Facture",
    dayToFrench(invoice.issuedOn),
    invoice.month,
    text(invoice.buyer.name),
    text(invoice.mandatary ?? ""),
    String(line.campaignId),
    text(line.campaignName),
    dayToFrench(line.fromDay),
    dayToFrench(line.toDay),
    text(line.zone),
    text(line.supports.join(", ")),
    text(line.shownIn.join(", ")),
    text(kindToFrench(line.kind)),
    String(line.units),
    isCredit ? "" : microsToDecimal(line.unitPriceMicros),
    microsToDecimal(line.amountMicros),
    text(line.reason ?? ""),
  ];
}

/** Excel, LibreOffice and Google run what begins so (OWASP, CSV injection). */
function text(value: string): string {
  const harmless = /^[\s\0]*[=+\-@|%＝＋－＠]/u.test(value) ? `'${value}` : value;
  return /[",;\r\n\t']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
