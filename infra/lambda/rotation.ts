/** What Secrets Manager asks, four times one after the other; any of them may come again. */
export interface RotationRequest {
  readonly Step: "createSecret" | "setSecret" | "testSecret" | "finishSecret";
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

export type SecretFields = Readonly<Record<string, string>>;

/** A secret as its versions are now. */
export interface SecretVersions {
  readonly current: SecretFields;
  /** The version that carries `AWSCURRENT`. */
  readonly currentVersion: string;
  /** The value of the version that is being made; null = none yet. */
  readonly pending: SecretFields | null;
}

export interface RotationDeps {
  readonly read: (secretId: string, version: string) => Promise<SecretVersions>;
  readonly putPending: (secretId: string, version: string, fields: SecretFields) => Promise<void>;
  readonly makeCurrent: (secretId: string, version: string, instead: string) => Promise<void>;
  /** The fields after those that are now. */
  readonly next: (current: SecretFields) => SecretFields;
  /** Has whoever checks the secret accept the new one beside the old one, and waits until it does. */
  readonly apply: (fields: SecretFields) => Promise<void>;
  /** Has the services read the secret again. */
  readonly restart: () => Promise<void>;
}

/**
 * One step of renewing a secret. Each may be repeated: a value that was made stays the one, and a version that is current
 * already is left alone. Both secrets count while the services start anew, so that nothing fails in between.
 */
export async function rotate(request: RotationRequest, deps: RotationDeps): Promise<void> {
  const { Step, SecretId, ClientRequestToken: version } = request;
  const { current, currentVersion, pending } = await deps.read(SecretId, version);
  if (currentVersion === version) {
    if (Step === "finishSecret") await deps.restart();
    return;
  }
  if (Step === "createSecret") {
    if (pending === null) await deps.putPending(SecretId, version, deps.next(current));
    return;
  }
  // As a schedule is made, Secrets Manager tries this step alone, with a version that has no value.
  if (Step === "testSecret") return;
  if (pending === null) throw new Error(`${SecretId} has no new value to ${Step}`);
  if (Step === "setSecret") await deps.apply(pending);
  if (Step !== "finishSecret") return;
  await deps.makeCurrent(SecretId, version, currentVersion);
  await deps.restart();
}

/** A new signing secret; the one before goes on counting for what it has signed. */
export function nextToken(current: SecretFields, fresh: string): SecretFields {
  return { current: fresh, previous: current.current ?? "" };
}
