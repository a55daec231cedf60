import { Signer } from "@aws-sdk/rds-signer";

/** Whom a token lets in, and where. */
export interface TokenOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/**
 * Makes passwords for RDS and its proxies: a request to connect, signed with our AWS credentials (the SDK's usual chain, asked
 * again as they change). Nothing is sent anywhere. The region is the one in the host's name, else the usual one.
 * A token rejects where no credentials are found: the connection fails with that error.
 */
export function createRdsToken({ host, port, user }: TokenOptions): () => Promise<string> {
  const region = regionOf(host);
  const signer = new Signer({
    hostname: host,
    port,
    username: user,
    ...(region === null ? {} : { region }),
  });
  return () => signer.getAuthToken();
}

/** "eu-west-3" of "atelier.proxy-abc.eu-west-3.rds.amazonaws.com"; null = the name says none. */
export function regionOf(host: string): string | null {
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com(?:\.cn)?$/.exec(host)?.[1] ?? null;
}
