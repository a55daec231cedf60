import {
  centsToFrench,
  dayToFrench,
  microsToFrench,
  monthToFrench,
  rateToFrench,
} from "../frenchFormat.ts";
import type { Invoice } from "../invoice.ts";
import { drawLines } from "./lineTable.ts";
import { column, ink, page } from "./page.ts";

/** TrueType fonts, as bytes. */
export interface InvoiceFonts {
  readonly regular: Buffer;
  readonly bold: Buffer;
}

/**
 * An invoice or a credit note as a PDF: A4, in French, fonts embedded. The same invoice gives the same text for ever. Rejects
 * when a font cannot be read.
 */
export async function renderInvoice(invoice: Invoice, fonts: InvoiceFonts): Promise<Buffer> {
  // A tenth of a second to load, in processes of which few ever draw an invoice.
  const { default: PDFDocument } = await import("pdfkit");
  return new Promise((resolve, reject) => {
    const doc = new PDFDocument({
      size: "A4",
      margins: { top: page.margin, left: page.margin, right: page.margin, bottom: page.bottom },
      bufferPages: true,
      lang: "fr-FR",
      info: {
        Title: `${titleOf(invoice)} ${invoice.number}`,
        Author: invoice.seller.name,
        CreationDate: new Date(`${invoice.issuedOn}T12:00:00Z`),
      },
    });
    const chunks: Buffer[] = [];
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
    doc.registerFont("regular", fonts.regular);
    doc.registerFont("bold", fonts.bold);
    drawHead(doc, invoice);
    drawLines(doc, invoice.lines);
    drawTotals(doc, invoice);
    drawMentions(doc, invoice);
    drawFeet(doc, invoice);
    doc.end();
  });
}

const titleOf = ({ series }: Invoice): string => (series === "A" ? "Avoir" : "Facture");

function drawHead(doc: PDFKit.PDFDocument, invoice: Invoice): void {
  const { seller, buyer, mandatary } = invoice;
  doc.font("bold", 22).fillColor(ink.accent);
  doc.text(titleOf(invoice), page.margin, page.margin);
  doc.font("regular", 10).fillColor(ink.text);
  doc.text(`N° ${invoice.number}`).text(`Émise le ${dayToFrench(invoice.issuedOn)}`);
  doc.text(`Publicité diffusée jusqu'à fin ${monthToFrench(invoice.month)}`);
  if (invoice.corrects.length > 0) doc.text(`Rectifie : ${invoice.corrects.join(", ")}`);
  const top = 128;
  drawParty(doc, page.margin, top, "Vendeur", [
    seller.name,
    ...seller.address,
    `SIREN ${seller.siren}`,
    `TVA ${seller.vatNumber}`,
  ]);
  const left = doc.y;
  drawParty(doc, page.margin + page.width / 2 + 10, top, "Annonceur", [
    buyer.name,
    ...(buyer.payerName === buyer.name ? [] : [`Payé par ${buyer.payerName}`]),
    ...buyer.address,
    ...(buyer.siren === null ? [] : [`SIREN ${buyer.siren}`]),
    ...(buyer.vatNumber === null ? [] : [`TVA ${buyer.vatNumber}`]),
  ]);
  doc.y = Math.max(left, doc.y) + 10;
  if (mandatary !== null) {
    doc.font("regular", 9).fillColor(ink.soft);
    doc.text(
      `Mandataire : ${mandatary}, agissant au nom et pour le compte de l'annonceur en vertu d'un mandat écrit (loi n° 93-122 du 29 janvier 1993, art. 20).`,
      page.margin,
      doc.y,
      { width: page.width },
    );
    doc.y += 8;
  }
}

function drawParty(
  doc: PDFKit.PDFDocument,
  x: number,
  y: number,
  label: string,
  lines: readonly string[],
): void {
  const width = page.width / 2 - 10;
  doc.font("regular", 8).fillColor(ink.soft).text(label.toUpperCase(), x, y, { width });
  doc.fillColor(ink.text);
  for (const [index, line] of lines.entries())
    doc.font(index === 0 ? "bold" : "regular", 10).text(line, { width });
}

function drawTotals(doc: PDFKit.PDFDocument, { totals, series }: Invoice): void {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["Total exact HT", microsToFrench(totals.exactMicros), false],
    ["Report du document précédent", microsToFrench(totals.carriedInMicros), false],
    ["Reporté sur le document suivant", microsToFrench(-totals.carriedOutMicros), false],
    ["Total HT", centsToFrench(totals.netCents), true],
    [`TVA ${rateToFrench(totals.vatBasisPoints)}`, centsToFrench(totals.vatCents), false],
    ["Total TTC", centsToFrench(totals.totalCents), true],
    ...(series === "A"
      ? []
      : ([
          ["Réglé par le solde prépayé", centsToFrench(totals.prepaidCents), false],
          ["Reste à payer", centsToFrench(totals.dueCents), true],
        ] as const)),
  ];
  if (doc.y + rows.length * 15 + 60 > page.height - page.bottom) doc.addPage();
  doc.y += 10;
  const left = page.margin + page.width - 260;
  for (const [label, amount, isBold] of rows) {
    const y = doc.y;
    doc.font(isBold ? "bold" : "regular", 10).fillColor(isBold ? ink.text : ink.soft);
    doc.text(label, left, y, { width: 165 });
    doc.text(amount, left + 165, y, { width: 95, align: "right" });
    doc.y = y + 15;
  }
}

function drawMentions(doc: PDFKit.PDFDocument, { totals, series }: Invoice): void {
  const mentions = [
    ...(totals.vatMention === null ? [] : [totals.vatMention]),
    "Les montants des lignes sont exacts au millionième d'euro ; le total HT est arrondi une seule fois, au centime, et l'écart est reporté.",
    ...(series === "A"
      ? ["Le montant de cet avoir est de nouveau disponible dans le budget de l'annonceur."]
      : [
          "Paiement à 30 jours, sans escompte. Pénalités de retard : trois fois le taux d'intérêt légal ; indemnité forfaitaire pour frais de recouvrement : 40 € (C. com., art. L. 441-10 et D. 441-5).",
        ]),
    "Compte rendu à l'annonceur au titre de l'article 23 de la loi n° 93-122 et du décret n° 2017-159. Lieux de moins de 50 personnes regroupés.",
  ];
  doc.y += 12;
  doc.font("regular", 8).fillColor(ink.soft);
  for (const mention of mentions) {
    if (doc.y + 30 > page.height - page.bottom) doc.addPage();
    doc.text(mention, page.margin, doc.y, { width: page.width });
  }
}

function drawFeet(doc: PDFKit.PDFDocument, { seller, number }: Invoice): void {
  const { start, count } = doc.bufferedPageRange();
  for (let index = start; index < start + count; index++) {
    doc.switchToPage(index);
    // Below the margin, where text would begin a new page.
    doc.page.margins.bottom = 0;
    doc.font("regular", 8).fillColor(ink.soft);
    const y = page.height - 30;
    doc.text(`${seller.name}, SIREN ${seller.siren}`, page.margin, y, { lineBreak: false });
    doc.text(`${number}, page ${index - start + 1} sur ${count}`, column.right - 160, y, {
      width: 160,
      align: "right",
      lineBreak: false,
    });
  }
}
