import { countToFrench, dayToFrench, kindToFrench, microsToFrench } from "../frenchFormat.ts";
import type { InvoiceLine } from "../invoice.ts";
import { column, ink, page } from "./page.ts";

/** One row a line of the invoice, over as many pages as it takes, each with the heads of the columns. */
export function drawLines(doc: PDFKit.PDFDocument, lines: readonly InvoiceLine[]): void {
  drawHeads(doc);
  for (const line of lines) {
    const texts = textsOf(line);
    const height = heightOf(doc, texts);
    if (doc.y + height > page.height - page.bottom) {
      doc.addPage();
      drawHeads(doc);
    }
    drawRow(doc, line, texts);
  }
}

function drawHeads(doc: PDFKit.PDFDocument): void {
  const y = doc.y + 4;
  doc.font("bold", 8).fillColor(ink.soft);
  doc.text("CAMPAGNE, DATES ET LIEUX", column.what.x, y, { width: column.what.width });
  doc.text("QUANTITÉ", column.units.x, y, { width: column.units.width, align: "right" });
  doc.text("PRIX UNIT. HT", column.price.x, y, { width: column.price.width, align: "right" });
  doc.text("MONTANT HT", column.amount.x, y, { width: column.amount.width, align: "right" });
  drawRule(doc, y + 13);
}

function drawRule(doc: PDFKit.PDFDocument, y: number): void {
  doc.moveTo(page.margin, y).lineTo(column.right, y).lineWidth(0.5).strokeColor(ink.line).stroke();
  doc.y = y + 6;
}

interface RowTexts {
  readonly title: string;
  readonly details: readonly string[];
}

function textsOf(line: InvoiceLine): RowTexts {
  const days =
    line.fromDay === line.toDay
      ? `Le ${dayToFrench(line.fromDay)}`
      : `Du ${dayToFrench(line.fromDay)} au ${dayToFrench(line.toDay)}`;
  return {
    title: line.campaignName,
    details: [
      `Campagne n° ${line.campaignId}. ${days}`,
      ...(line.zone === "" ? [] : [`Zone : ${line.zone}`]),
      ...(line.supports.length === 0 ? [] : [`Supports : ${line.supports.join(", ")}`]),
      ...(line.shownIn.length === 0 ? [] : [`Diffusée à : ${line.shownIn.join(", ")}`]),
      ...(line.reason === null ? [] : [`Motif : ${line.reason}`]),
    ],
  };
}

function heightOf(doc: PDFKit.PDFDocument, { title, details }: RowTexts): number {
  const { width } = column.what;
  const titleHeight = doc.font("bold", 10).heightOfString(title, { width });
  return details.reduce(
    (sum, text) => sum + doc.font("regular", 8.5).heightOfString(text, { width }),
    titleHeight + 10,
  );
}

function drawRow(doc: PDFKit.PDFDocument, line: InvoiceLine, { title, details }: RowTexts): void {
  const y = doc.y;
  const right = (text: string, { x, width }: { readonly x: number; readonly width: number }) =>
    doc.text(text, x, y, { width, align: "right" });
  doc.font("regular", 9.5).fillColor(ink.text);
  const unit = kindToFrench(line.kind).toLowerCase();
  right(line.kind === "credit" ? "avoir" : `${countToFrench(line.units)} ${unit}`, column.units);
  const bottomOfUnits = doc.y;
  const mean = Number.isInteger(line.unitPriceMicros) ? "" : "moy. ";
  if (line.kind !== "credit") right(`${mean}${microsToFrench(line.unitPriceMicros)}`, column.price);
  right(microsToFrench(line.amountMicros), column.amount);
  doc.font("bold", 10).text(title, column.what.x, y, { width: column.what.width });
  doc.font("regular", 8.5).fillColor(ink.soft);
  for (const text of details) doc.text(text, { width: column.what.width });
  drawRule(doc, Math.max(doc.y, bottomOfUnits) + 4);
}
