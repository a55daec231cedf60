/** How we say who we are to Postgres: by the URL's password, or by a token of the RDS that is made for each connection. */
export type DatabaseAuth = "password" | "rds-iam";

/** What a URL of Postgres says beyond what its driver reads from it. */
export interface DatabaseUrl {
  /** Without what is ours. */
  readonly url: string;
  readonly auth: DatabaseAuth;
  /** PEM file of the authorities that the server's certificate is checked against; null = those that Node knows. */
  readonly authoritiesFile: string | null;
  /** Sessions are shared behind this address (RDS Proxy): no LISTEN, no settings of a session. */
  readonly sharesSessions: boolean;
}

const authName = "auth";
const poolerName = "pooler";
const authoritiesName = "sslrootcert";

/**
 * A URL of Postgres with what other settings say of the way there, so that whoever gets the URL (threads and processes of
 * jobs too) connects alike. TLS is in libpq's words (`sslmode`, `sslrootcert`), which a URL may have by itself as well.
 */
export function completeDatabaseUrl(
  url: string,
  given: Omit<DatabaseUrl, "url" | "auth"> & { readonly auth: DatabaseAuth },
): string {
  const complete = new URL(url);
  if (given.auth === "rds-iam") complete.searchParams.set(authName, given.auth);
  if (given.sharesSessions) complete.searchParams.set(poolerName, "true");
  if (given.authoritiesFile !== null) {
    complete.searchParams.set("sslmode", "verify-full");
    complete.searchParams.set(authoritiesName, given.authoritiesFile);
  }
  return complete.href === new URL(url).href ? url : complete.href;
}

/** Reads what {@link completeDatabaseUrl} has written. Text that is no URL (the path of a socket) is given back as it is. */
export function readDatabaseUrl(text: string): DatabaseUrl {
  const parsed = URL.parse(text);
  const read = (name: string): string | null => parsed?.searchParams.get(name) ?? null;
  const auth: DatabaseAuth = read(authName) === "rds-iam" ? "rds-iam" : "password";
  const sharesSessions = read(poolerName) === "true";
  const authoritiesFile = read(authoritiesName);
  if (parsed !== null && (auth !== "password" || sharesSessions)) {
    parsed.searchParams.delete(authName);
    parsed.searchParams.delete(poolerName);
  }
  const url = parsed === null || (auth === "password" && !sharesSessions) ? text : parsed.href;
  return { url, auth, authoritiesFile, sharesSessions };
}

/** The URLs of Redis with a password that came by itself; that of the first counts for all of a cluster. */
export function completeRedisUrl(urls: string, password: string | null): string {
  if (password === null) return urls;
  const [first = "", ...others] = urls.split(",");
  const complete = new URL(first.trim());
  complete.password = encodeURIComponent(password);
  return [complete.href, ...others].join(",");
}

/** What is said of the way to the stores, as far as this needs it. */
export interface StoreUrls {
  readonly databaseUrl: string | null;
  readonly databaseAuth: DatabaseAuth;
  readonly databaseAuthoritiesFile: string | null;
  readonly databasePooler: boolean;
  readonly redisUrl: string | null;
  readonly redisPassword: string | null;
}

/** The stores' URLs with what other settings say of them: who gets a URL needs nothing else. */
export function completeUrls(config: StoreUrls): Pick<StoreUrls, "databaseUrl" | "redisUrl"> {
  const { databaseUrl, redisUrl } = config;
  const way = {
    auth: config.databaseAuth,
    authoritiesFile: config.databaseAuthoritiesFile,
    sharesSessions: config.databasePooler,
  };
  return {
    databaseUrl: databaseUrl === null ? null : completeDatabaseUrl(databaseUrl, way),
    redisUrl: redisUrl === null ? null : completeRedisUrl(redisUrl, config.redisPassword),
  };
}
