import { parseBidRequest } from "../../src/openrtb/parseBidRequest.ts";
import { validateBidResponse } from "../../test/support/openrtb/validateBidResponse.ts";
import { formatCases } from "./cases/formats.ts";
import { noticeCases } from "./cases/notices.ts";
import { privacyCases } from "./cases/privacy.ts";
import { ruleCases } from "./cases/rules.ts";
import { transportCases } from "./cases/transport.ts";
import { requestOf } from "./requests.ts";
import type { CaseResult, CertificationCase, Probe, SeenBid, Send, WireAnswer } from "./types.ts";

export const certificationCases: readonly CertificationCase[] = [
  ...transportCases,
  ...formatCases,
  ...ruleCases,
  ...privacyCases,
  ...noticeCases,
];

/** Rates of the suite's own requests are never needed: floors are in the answer's currency, or out of reach. */
const rates = { table: { asOfMs: 0, microsPerEuro: new Map<string, number>() }, nowMs: 0 };

export interface CertifyOptions {
  readonly send: Send;
  readonly cases: readonly CertificationCase[];
  /** What each request grants (`tmax`), milliseconds; the suite holds the server to it. */
  readonly tmaxMs: number;
}

/** Sends every case and says what is wrong with the answers, in the order of the cases. Rejects when nobody answers. */
export async function certify(options: CertifyOptions): Promise<readonly CaseResult[]> {
  const probe = await probeOf(options);
  const results: CaseResult[] = [];
  for (const one of options.cases) results.push(await tryCase(one, probe, options));
  return results;
}

/** Null when the server does not bid at all. */
async function probeOf(options: CertifyOptions): Promise<Probe | null> {
  const answer = await post(options, { wire: {} }, requestOf());
  const { bids, seat, currency } = readAnswer(answer);
  const [bid] = bids;
  return bid === undefined || currency === null ? null : { bid, seat, currency };
}

async function tryCase(
  one: CertificationCase,
  probe: Probe | null,
  options: CertifyOptions,
): Promise<CaseResult> {
  const { group, name } = one;
  const body = one.body(probe);
  if (body === null) {
    const problems = ["needs a first bid (with a seat), and there is none"];
    return { group, name, problems, status: null, elapsedMs: null };
  }
  try {
    const { send, tmaxMs } = options;
    const answer = await post(options, one, body);
    const { status, elapsedMs } = answer;
    const seen = { ...readAnswer(answer), answer, send };
    const problems = [...outcomeProblems(one, body, answer), ...((await one.look?.(seen)) ?? [])];
    if (elapsedMs > tmaxMs) problems.push(`took ${Math.round(elapsedMs)} ms, tmax is ${tmaxMs}`);
    return { group, name, problems, status, elapsedMs };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { group, name, problems: [message], status: null, elapsedMs: null };
  }
}

function post(
  { send, tmaxMs }: CertifyOptions,
  { wire = {} }: Pick<CertificationCase, "wire">,
  body: unknown,
): Promise<WireAnswer> {
  const json = JSON.stringify(withTime(body, tmaxMs));
  return send({
    method: wire.method ?? "POST",
    suffix: wire.suffix ?? "",
    headers: { "content-type": "application/json", "x-openrtb-version": "2.6", ...wire.headers },
    body: wire.encode?.(json) ?? Buffer.from(json),
  });
}

function withTime(body: unknown, tmax: number): unknown {
  return typeof body === "object" && body !== null ? { tmax, ...body } : body;
}

interface ReadAnswer {
  readonly bids: readonly SeenBid[];
  readonly seat: string | null;
  readonly currency: string | null;
}

function readAnswer({ status, text }: WireAnswer): ReadAnswer {
  const none: ReadAnswer = { bids: [], seat: null, currency: null };
  if (status !== 200) return none;
  try {
    const { seatbid = [], cur = null } = JSON.parse(text);
    return { bids: seatbid[0]?.bid ?? [], seat: seatbid[0]?.seat ?? null, currency: cur };
  } catch {
    return none;
  }
}

function outcomeProblems(
  { expect }: CertificationCase,
  body: unknown,
  { status, text }: WireAnswer,
): readonly string[] {
  if (expect === "refusal")
    return status === 400 || status === 413 ? [] : [`answered ${status}, not 400`];
  if (status !== 200 && status !== 204) return [`answered ${status}`];
  if (status === 204) {
    if (text !== "") return ["204 with content"];
    return expect === "bid" ? ["did not bid"] : [];
  }
  const parsed = parseBidRequest(body);
  if (!parsed.ok) return [`bid on a request of which ${parsed.problem}`];
  const problems = validateBidResponse(parsed.request, JSON.parse(text), { rates });
  const bids = readAnswer({ status, text } as WireAnswer).bids.length;
  if (expect === "bid" && bids === 0) return [...problems, "did not bid"];
  return expect === "no bid" && bids > 0 ? [...problems, "bid all the same"] : problems;
}
