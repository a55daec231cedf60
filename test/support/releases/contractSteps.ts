/** What a migration may only do once no release that runs uses what it takes away (docs/releases.md). */
export interface ContractStep {
  /** Its file's name without `.ts`. */
  readonly migration: string;
  /** The words that say so, as they stand there, on one line. */
  readonly words: string;
}

interface Rule {
  readonly breaks: RegExp;
  /** Where these stand in the same statement too, nothing of the release before is concerned. */
  readonly unless?: RegExp;
}

const rules: readonly Rule[] = [
  { breaks: /\bdrop\s+(?:column|table|view|type|function)\b[^,;`]*/gi },
  { breaks: /\brename\s+(?:column|to|constraint|[a-z_]+\s+to)\b[^,;`]*/gi },
  { breaks: /\bset\s+not\s+null\b/gi },
  { breaks: /\balter\s+(?:column\s+)?[a-z_]+\s+(?:set\s+data\s+)?type\b[^,;`]*/gi },
  {
    breaks: /\badd\s+column\s+(?:if\s+not\s+exists\s+)?[a-z_]+[^,;`]*?\bnot\s+null\b[^,;`]*/gi,
    unless: /\bdefault\b|\bgenerated\b/i,
  },
  // Of columns that come with it, none of which an older release writes.
  {
    breaks: /\badd\s+(?:constraint\s+[a-z_]+\s+)?(?:check|unique|foreign\s+key|exclude)\b[^;`]*/gi,
  },
  // Kysely's own words for the same.
  { breaks: /\.(?:dropColumn|dropTable|renameColumn|renameTo|setNotNull|setDataType)\([^)]*\)/g },
];

/**
 * The steps of a migration's source by which the release before could fail: what it reads may be gone, what it writes be refused.
 * Only its way up is looked at. Tables that the migration itself makes concern nobody.
 * @param name its file's name without `.ts`
 */
export function findContractSteps(name: string, source: string): readonly ContractStep[] {
  const up = withoutComments(source.split(/export async function down\b/)[0] ?? "");
  const made = new Set(
    [...up.matchAll(/\bcreate\s+table\s+([a-z_]+)/gi)].map(([, table]) => table),
  );
  const unique = [...up.matchAll(/\bcreate\s+unique\s+index\s+[a-z_]+\s+on\s+([a-z_]+)/gi)]
    .filter(([, table]) => !made.has(table))
    .map(([words]) => ({ migration: name, words: words.replace(/\s+/g, " ") }));
  const steps = statementsOf(up).flatMap((statement) =>
    rules.flatMap(({ breaks, unless }) =>
      [...statement.matchAll(breaks)]
        .map(([words]) => words.replace(/\s+/g, " ").trim())
        .filter((words) => unless === undefined || !unless.test(words))
        .filter((words) => !isOfNewColumns(words, statement))
        .map((words) => ({ migration: name, words })),
    ),
  );
  return [...steps, ...unique];
}

function withoutComments(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/--[^\n]*/g, "");
}

/** Each SQL text of its own: between backticks, or quotes; and the calls around them. */
function statementsOf(source: string): readonly string[] {
  const texts = source.match(/`[^`]*`/g) ?? [];
  const calls = source.replace(/`[^`]*`/g, " ");
  return [...texts, calls];
}

/** A rule over columns of which at least one is new is no tighter for who does not know that column. */
function isOfNewColumns(words: string, statement: string): boolean {
  if (!/^add\s+(?:constraint|check|unique|foreign|exclude)/i.test(words)) return false;
  const added = [...statement.matchAll(/\badd\s+column\s+(?:if\s+not\s+exists\s+)?([a-z_]+)/gi)];
  const inside = words.slice(words.indexOf("("));
  return added.some(([, column = ""]) => new RegExp(`\\b${column}\\b`).test(inside));
}
