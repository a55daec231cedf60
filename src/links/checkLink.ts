import type { LookupAddress } from "node:dns";
import { lookup as systemLookup } from "node:dns";
import { get, type RequestOptions } from "node:https";
import type { LookupFunction } from "node:net";
import { isAddress, isPrivateAddress } from "./privateAddress.ts";

/** Why a page cannot be shown behind an ad. */
export type BrokenReason =
  | "not_https"
  | "private_address"
  | "unknown_host"
  | "certificate"
  | "unreachable"
  | "timeout"
  | "too_many_redirects"
  | "bad_redirect"
  | "http_error";

export type LinkOutcome =
  | { readonly ok: true; readonly httpStatus: number }
  | { readonly ok: false; readonly reason: BrokenReason; readonly httpStatus: number | null };

/** As `dns.lookup` with `all`: every address of a name. */
export type LookupAll = (host: string) => Promise<readonly LookupAddress[]>;

export interface CheckLinkOptions {
  /** For the whole chain, milliseconds. */
  readonly deadlineMs: number;
  /** Only this machine's own addresses besides public ones, for tries without a network; default false. */
  readonly allowLoopback?: boolean;
  readonly lookupAll?: LookupAll;
  /** An authority that is trusted besides: tests have their own. */
  readonly certificateAuthority?: string;
}

const maxRedirects = 5;

/**
 * Asks a landing page as a browser would and follows its redirects by hand, at most five. Every hop must be https on a
 * public address: names are looked up once, all their addresses judged, and the connection goes to those very addresses,
 * so that a name cannot answer differently a moment later. The body is not read. Never rejects.
 */
export async function checkLink(url: string, options: CheckLinkOptions): Promise<LinkOutcome> {
  const deadline = AbortSignal.timeout(options.deadlineMs);
  let address = url;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const target = URL.canParse(address) ? new URL(address) : null;
    if (target === null) return broken("bad_redirect");
    if (target.protocol !== "https:") return broken("not_https");
    if (target.username !== "" || target.password !== "") return broken("bad_redirect");
    const answer = await ask(target, options, deadline);
    if (!answer.ok) return answer;
    if (answer.location === null) return judge(answer.httpStatus);
    address = URL.canParse(answer.location, target.href)
      ? new URL(answer.location, target).href
      : "";
  }
  return broken("too_many_redirects");
}

function judge(httpStatus: number): LinkOutcome {
  if (httpStatus < 400) return { ok: true, httpStatus };
  return { ok: false, reason: "http_error", httpStatus };
}

const broken = (reason: BrokenReason): LinkOutcome & { readonly ok: false } => ({
  ok: false,
  reason,
  httpStatus: null,
});

type Answer =
  | { readonly ok: true; readonly httpStatus: number; readonly location: string | null }
  | (LinkOutcome & { readonly ok: false });

/** A connection of its own for each hop: one that is kept could lead where nobody has looked. */
async function ask(target: URL, options: CheckLinkOptions, deadline: AbortSignal): Promise<Answer> {
  const refused = (host: string) => isRefused(host, options.allowLoopback ?? false);
  if (isAddress(target.hostname) && refused(target.hostname)) return broken("private_address");
  const request: RequestOptions = {
    agent: false,
    signal: deadline,
    lookup: safeLookup(options.lookupAll ?? lookupAll, refused),
    maxHeaderSize: 16_384,
    headers: {
      "user-agent": "Mozilla/5.0 (compatible; AtelierLinkCheck/1.0)",
      accept: "text/html,*/*;q=0.8",
      "accept-language": "fr,en;q=0.8",
    },
    ...(options.certificateAuthority === undefined ? {} : { ca: options.certificateAuthority }),
  };
  return new Promise((resolve) => {
    const sent = get(target, request, (response) => {
      const httpStatus = response.statusCode ?? 0;
      const isRedirect = httpStatus >= 300 && httpStatus < 400 && httpStatus !== 304;
      const location = isRedirect ? (response.headers.location ?? null) : null;
      response.destroy();
      resolve({ ok: true, httpStatus, location });
    });
    sent.once("error", (error) => resolve(broken(reasonOf(error, deadline))));
  });
}

/** Loopback may be allowed; a network of its own never is. */
export function isRefused(host: string, allowLoopback: boolean): boolean {
  const isLoopback = /^127\.|^\[?::1\]?$/.test(host);
  return isPrivateAddress(host) && !(allowLoopback && isLoopback);
}

/** One private address among several is enough to refuse a name: which of them is used is not ours to choose. */
export function safeLookup(all: LookupAll, refused: (host: string) => boolean): LookupFunction {
  return (host, options, done) => {
    all(host).then(
      (found) => {
        const first = found[0];
        if (first === undefined) return done(coded("ENOTFOUND"), "", 0);
        if (found.some(({ address }) => refused(address))) return done(coded("EPRIVATE"), "", 0);
        if (options.all === true) return done(null, [...found]);
        done(null, first.address, first.family);
      },
      (error: unknown) => done(error instanceof Error ? error : coded("ENOTFOUND"), "", 0),
    );
  };
}

const coded = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/** The system's resolver, as the connection would ask it. */
export const lookupAll: LookupAll = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, found) =>
      error === null ? resolve(found) : reject(error),
    );
  });

export function reasonOf(error: NodeJS.ErrnoException, deadline: AbortSignal): BrokenReason {
  if (deadline.aborted) return "timeout";
  const code = error.code ?? "";
  if (code === "EPRIVATE") return "private_address";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "unknown_host";
  if (/CERT|SIGNED|TLS|SSL/.test(code)) return "certificate";
  return "unreachable";
}
