import type { Request } from "express";
import { notFound, requireVisible, requireWriter } from "../campaigns/access.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId } from "./resource.ts";

interface Advertisers {
  readonly advertiserExists: (advertiserId: number) => Promise<boolean>;
}

/** The advertiser of the path, when it exists and the key may see it. Throws PublicError `not_found`. */
export async function advertiserOfPath(
  request: Request,
  { advertiserExists }: Advertisers,
): Promise<number> {
  const advertiserId = parseId(request, "advertiserId");
  requireVisible(apiKeyOf(request), advertiserId);
  if (!(await advertiserExists(advertiserId))) throw notFound();
  return advertiserId;
}

/** The same, when the key may write too. Throws PublicError `forbidden` as well. */
export async function writtenAdvertiserOfPath(
  request: Request,
  advertisers: Advertisers,
): Promise<number> {
  requireWriter(apiKeyOf(request));
  return advertiserOfPath(request, advertisers);
}
