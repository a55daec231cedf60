import { completeUrls, type StoreUrls } from "./connectionUrls.ts";
import type { Command, Setting } from "./defineSettings.ts";
import { nearestName } from "./nearestName.ts";
import { givenSecret, secret } from "./settingKinds.ts";
import { settings } from "./settings.ts";
import { SetupError } from "./setupError.ts";
import { signInSettings } from "./signInSettings.ts";

type Settings = typeof settings;
type SettingValue<S, C extends Command> =
  S extends Setting<infer T, infer N> ? ([C] extends [N] ? T : T | null) : never;

/** The settings as a command sees them: what it needs or what has a default is never null. */
export type ConfigOf<C extends Command> = {
  readonly [K in keyof Settings]: SettingValue<Settings[K], C>;
} & {
  /** Things that the operator should read but that stop nothing. */
  readonly warnings: readonly string[];
  /** Names what this process keeps on the disk until a store is back: no two processes of a data folder may share it. */
  readonly spoolName: string;
};

/** What the ad server runs on. `start` completes its own from the embedded servers. */
export type Config = ConfigOf<"serve">;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every setting from the environment; an empty variable counts as missing.
 * @throws SetupError naming every missing or wrong setting at once, with its rule
 */
export function parseConfig<C extends Command>(environment: Environment, command: C): ConfigOf<C> {
  const problems: string[] = [];
  const warnings = [...unknownNames(environment)];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries<Setting<unknown, Command>>(settings)) {
    const raw = environment[setting.name] ?? "";
    const outcome = readSetting(setting, raw, command);
    if ("problem" in outcome) problems.push(outcome.problem);
    else values[key] = outcome.value;
    if (raw !== "" && command === "start" && setting.ownInStart) {
      warnings.push(
        `${setting.name} is ignored: \`npm start\` runs its own; \`npm run serve\` uses yours`,
      );
    }
  }
  if (command === "serve" && values.tcfRole === "vendor" && values.tcfVendorId === 0) {
    problems.push(
      "TCF_VENDOR_ID is missing: `serve` needs an integer from 1 to 65535 when TCF_ROLE is vendor",
    );
  }
  problems.push(...incompleteProvider(environment));
  if (problems.length > 0) throw configurationError(problems);
  // The loop above gave each key of the table the value that its own kind read.
  const urls = completeUrls(values as unknown as StoreUrls);
  const spoolName = String(values.port);
  const config = { ...values, ...urls, warnings: Object.freeze(warnings), spoolName };
  return Object.freeze(config) as unknown as ConfigOf<C>;
}

/** Half a provider would let nobody in, and say so late. */
function incompleteProvider(environment: Environment): readonly string[] {
  const names = Object.values(signInSettings).map(({ name }) => name);
  const missing = names.filter((name) => (environment[name] ?? "") === "");
  const given = names.filter((name) => !missing.includes(name));
  return missing.length === 0
    ? []
    : given.map((name) => `${name} needs ${missing.join(" and ")} beside it: all three, or none`);
}

function configurationError(problems: readonly string[]): SetupError {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return new SetupError(
    `The configuration has ${count}:\n- ${problems.join("\n- ")}\nEvery setting is described in docs/configuration.md.`,
  );
}

function readSetting(
  setting: Setting<unknown, Command>,
  raw: string,
  command: Command,
): { readonly value: unknown } | { readonly problem: string } {
  if (command === "start" && setting.ownInStart) return { value: null };
  if (raw === "") {
    if (command === "start" && setting.startFallback !== undefined)
      return { value: setting.startFallback };
    if (!setting.neededBy.includes(command)) return { value: setting.fallback };
    return { problem: `${setting.name} is missing: \`${command}\` needs ${setting.kind.rule}` };
  }
  const value = setting.kind.read(raw);
  if (value !== undefined) return { value };
  // Secrets and URLs (they hold passwords) are not repeated into logs.
  const isSecret = setting.kind === secret || setting.kind === givenSecret;
  const repeatable = !isSecret && !raw.includes("@") && raw.length <= 60;
  return {
    problem: `${setting.name} must be ${setting.kind.rule}${repeatable ? `; it is ${JSON.stringify(raw)}` : ""}`,
  };
}

/** Names that look like ours but are not: nearly always a slip of the keyboard. */
function unknownNames(environment: Environment): readonly string[] {
  const known = Object.values(settings).map((setting) => setting.name);
  return Object.keys(environment).flatMap((name) => {
    if ((known as readonly string[]).includes(name)) return [];
    const nearest = nearestName(name, known);
    const nearMiss = nearest.name.length >= 8 && nearest.distance <= 2;
    if (!nearMiss && !name.startsWith("ATELIER_")) return [];
    return [`${name} is no setting of Atelier: did you mean ${nearest.name}?`];
  });
}
