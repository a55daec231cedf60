/** What the key of a command in a Lua script is made of. */
export type KeyRoot =
  /** One of the keys that the script was given. */
  | "its key"
  /** Made from the hash tag of one: another key of the same slot. */
  | "its slot"
  /** A name written in the script, with this hash tag. */
  | { readonly tag: string }
  /** Something that cannot be told to be of one slot. */
  | "unknown";

export interface LuaCall {
  readonly command: string;
  /** As written. */
  readonly key: string;
  readonly roots: readonly KeyRoot[];
}

/**
 * Reads the commands of a script and follows the names of their keys back to what they were made from: enough Lua for the
 * scripts of this house (assignments, parameters, elements of a table).
 */
export function luaCallsOf(source: string): readonly LuaCall[] {
  const text = source.replaceAll(/--[^\n]*/g, "");
  const calls = [...text.matchAll(/redis\.call\("([A-Z]+)"(,\s*)?/g)];
  return calls
    .filter(([, command]) => command !== "TIME")
    .map((match) => {
      const [key = ""] = argumentsAt(text, match.index + match[0].length);
      return { command: match[1] ?? "", key, roots: rootsOf(text, key, new Set()) };
    });
}

function rootsOf(text: string, expression: string, seen: Set<string>): readonly KeyRoot[] {
  const [first = "", ...others] = expression.trim().split(/\s+\.\.\s+/);
  if (/^KEYS\[\w+\]$/.test(first)) return [others.length === 0 ? "its key" : "unknown"];
  const written = /^"(\{[^}]+\}):/.exec(first)?.[1];
  if (written !== undefined) return [{ tag: written }];
  // All of a key but its last word ("epoch"): its hash tag and the colon.
  if (/^string\.sub\((KEYS\[1\]|key), 1, -\d\)$/.test(first)) return ["its slot"];
  const list = /^unpack\((\w+)\)$/.exec(first)?.[1];
  const name = list ?? /^\w+$/.exec(first)?.[0];
  if (name === undefined || seen.has(name)) return seen.has(name ?? "") ? [] : ["unknown"];
  const made = definitionsOf(text, name, list !== undefined);
  if (made.length === 0) return ["unknown"];
  return made.flatMap((one) => rootsOf(text, one, new Set([...seen, name])));
}

/** The expressions that a name may stand for; of a table those of its elements. */
function definitionsOf(text: string, name: string, isList: boolean): readonly string[] {
  if (isList)
    return [...text.matchAll(new RegExp(`\\b${name}\\[[^\\]]+\\] = ([^\\n]+)`, "g"))].map(
      ([, value]) => value?.replace(/ end$/, "") ?? "",
    );
  return [...assignedTo(text, name), ...givenAs(text, name)];
}

function assignedTo(text: string, name: string): readonly string[] {
  const assignments = text.matchAll(/(?:^|\n)\s*(?:local )?(\w+(?:,\s*\w+)*) = /g);
  return [...assignments].flatMap((match) => {
    const index = (match[1] ?? "").split(/,\s*/).indexOf(name);
    if (index === -1) return [];
    const values = argumentsAt(text, match.index + match[0].length, "\n");
    return values[index] ?? [];
  });
}

/** What is handed to functions whose parameter has this name. */
function givenAs(text: string, name: string): readonly string[] {
  const functions = [...text.matchAll(/function (\w+)\(([^)]*)\)/g)];
  return functions.flatMap(([, called = "", parameters = ""]) => {
    const index = parameters.split(/,\s*/).indexOf(name);
    if (index === -1) return [];
    const calls = text.matchAll(
      new RegExp(`(?<!function )\\b(?:pcall\\(${called}, |${called}\\()`, "g"),
    );
    return [...calls].flatMap(
      (call) => argumentsAt(text, call.index + call[0].length)[index] ?? [],
    );
  });
}

/** The expressions from here on, up to the bracket that closes them (or the end of the line). */
function argumentsAt(text: string, from: number, end = ""): readonly string[] {
  const found = [""];
  let depth = 0;
  for (const letter of text.slice(from)) {
    if (depth === 0 && (letter === ")" || letter === end)) break;
    if ("([{".includes(letter)) depth++;
    if (")]}".includes(letter)) depth--;
    if (letter === "," && depth === 0) found.push("");
    else found[found.length - 1] += letter;
  }
  return found.map((one) => one.trim());
}
