import { request as requestPlainly } from "node:http";
import { request as requestSecurely } from "node:https";
import { type CheckLinkOptions, isRefused, lookupAll, reasonOf, safeLookup } from "./checkLink.ts";
import { isAddress } from "./privateAddress.ts";

/** What became of a post: a 2xx has no error. */
export interface PostOutcome {
  readonly httpStatus: number | null;
  readonly error: string | null;
}

/**
 * Posts a body to somebody's server, guarded as landing pages are: names are looked up once, the connection goes to the
 * very addresses that were judged, private ones are refused. Redirects are not followed, the answer's body is not read.
 * Plain http only to this very machine, where that is allowed. Never rejects.
 */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  options: CheckLinkOptions,
): Promise<PostOutcome> {
  const target = URL.canParse(url) ? new URL(url) : null;
  const allowLoopback = options.allowLoopback ?? false;
  const refused = (host: string) => isRefused(host, allowLoopback);
  if (target === null || (target.protocol !== "https:" && !allowLoopback))
    return failed("not_https");
  if (isAddress(target.hostname) && refused(target.hostname)) return failed("private_address");
  const isPlain = target.protocol === "http:";
  if (isPlain && !/^(localhost|127\.0\.0\.1)$/.test(target.hostname)) return failed("not_https");
  const deadline = AbortSignal.timeout(options.deadlineMs);
  const send = isPlain ? requestPlainly : requestSecurely;
  return new Promise((resolve) => {
    const sent = send(
      target,
      {
        method: "POST",
        agent: false,
        signal: deadline,
        lookup: safeLookup(options.lookupAll ?? lookupAll, refused),
        maxHeaderSize: 16_384,
        headers: { ...headers, "content-length": Buffer.byteLength(body) },
        ...(options.certificateAuthority === undefined ? {} : { ca: options.certificateAuthority }),
      },
      (response) => {
        const httpStatus = response.statusCode ?? 0;
        response.destroy();
        resolve({ httpStatus, error: errorOf(httpStatus) });
      },
    );
    sent.on("error", (error) => resolve(failed(reasonOf(error, deadline))));
    sent.end(body);
  });
}

const failed = (error: string): PostOutcome => ({ httpStatus: null, error });

function errorOf(httpStatus: number): string | null {
  if (httpStatus >= 200 && httpStatus < 300) return null;
  return httpStatus >= 300 && httpStatus < 400 ? "redirect" : "http_error";
}
