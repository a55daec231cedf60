import { type Command, commands, type Setting } from "../src/defineSettings.ts";
import { settings } from "../src/settings.ts";

const introduction = `# Configuration

Settings are environment variables. Every missing or wrong one is reported at once when a command starts; an empty variable counts as missing. \`npm start\` needs none of them. \`npm run serve\` starts nothing by itself and names what it lacks.

This page is generated from \`src/settings.ts\` by \`npm run docs:config\`.

| setting | must be | default | needed by | meaning |
| --- | --- | --- | --- | --- |
`;

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  const rows = Object.values<Setting<unknown, Command>>(settings).map(
    (setting) =>
      `| \`${setting.name}\` | ${cell(setting.kind.rule)} | ${defaultOf(setting)} | ${neededBy(setting)} | ${cell(setting.about)} |`,
  );
  return `${introduction}${rows.join("\n")}\n`;
}

function defaultOf(setting: Setting<unknown, Command>): string {
  const parts: string[] = [];
  if (setting.fallback !== null) parts.push(`\`${setting.fallback}\``);
  if (setting.startFallback !== undefined) parts.push(`\`${setting.startFallback}\` in \`start\``);
  if (setting.ownInStart) parts.push("its own in `start`");
  return parts.join(", ");
}

function neededBy(setting: Setting<unknown, Command>): string {
  return commands
    .filter((command) => setting.neededBy.includes(command))
    .map((command) => `\`${command}\``)
    .join(", ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
