/** One command of a page, and what the page says that it prints. */
export interface Example {
  readonly page: string;
  /** The line of the page at which its block begins, from 1. */
  readonly line: number;
  readonly commands: string;
  /** The page says that it comes true after a moment. */
  readonly isEventual: boolean;
  /** The block right after it; null = the page does not say. */
  readonly expected: { readonly kind: "json" | "text"; readonly text: string } | null;
}

const fence = /^```(\w*)([^\n]*)\n([\s\S]*?)^```$/gm;

/** The `sh` blocks of a page in order, each with the `json` or `text` block that follows it with nothing between. */
export function examplesOf(page: string, markdown: string): readonly Example[] {
  const blocks = [...markdown.matchAll(fence)];
  return blocks.flatMap((block, index): readonly Example[] => {
    const [whole, language, info = "", commands = ""] = block;
    if (language !== "sh") return [];
    const next = blocks[index + 1];
    const end = block.index + whole.length;
    const isNext = next !== undefined && markdown.slice(end, next.index).trim() === "";
    const kind = isNext ? next[1] : undefined;
    const line = markdown.slice(0, block.index).split("\n").length;
    const isEventual = info.trim() === "eventually";
    const expected =
      kind === "json" || kind === "text"
        ? ({ kind, text: (next?.[3] ?? "").trim() } as const)
        : null;
    return [{ page, line, commands, isEventual, expected }];
  });
}

/** What `actual` lacks of `expected`, as sentences; empty = nothing. Lists may be longer, objects may have more fields, "…" in a text stands for anything. */
export function differences(expected: unknown, actual: unknown, at = ""): readonly string[] {
  const unequal = [`${at || "/"} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`];
  if (typeof expected === "string")
    return typeof actual === "string" && fits(expected, actual) ? [] : unequal;
  if (typeof expected !== "object" || expected === null)
    return Object.is(expected, actual) ? [] : unequal;
  if (typeof actual !== "object" || actual === null) return unequal;
  if (Array.isArray(expected)) {
    // A page that shows an empty list means it.
    if (!Array.isArray(actual) || (expected.length === 0 && actual.length > 0)) return unequal;
    return expected.flatMap((one, index) => differences(one, actual[index], `${at}/${index}`));
  }
  const found = new Map<string, unknown>(Object.entries(actual));
  return Object.entries(expected).flatMap(([name, value]) =>
    differences(value, found.get(name), `${at}/${name}`),
  );
}

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`).test(text);
}
