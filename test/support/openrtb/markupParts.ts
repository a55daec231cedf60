/** An opening tag as a browser reads it: its name and its attributes, decoded. */
export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
const tagShape = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*")*)\s*>/y;

/**
 * The opening tags of markup that is well-formed in the narrowest sense: every "<" begins a tag with double-quoted
 * attributes without "<" or ">" in them, or is inside a script, whose text is one of ours and may have none. Null for
 * anything else: what is not read here, two browsers may read in two ways.
 */
export function readTags(markup: string): readonly Tag[] | null {
  const tags: Tag[] = [];
  const open: string[] = [];
  let at = markup.indexOf("<");
  while (at !== -1) {
    tagShape.lastIndex = at;
    const match = tagShape.exec(markup);
    if (match === null) return null;
    const [whole, slash, name = "", attributes = ""] = match;
    if (slash === "/") {
      if (open.pop() !== name) return null;
    } else {
      tags.push({ name, attributes: readAttributes(attributes) });
      if (name !== "img") open.push(name);
    }
    at = markup.indexOf("<", at + whole.length);
  }
  return open.length === 0 ? tags : null;
}

/** Each tag with the names of its attributes: what no text of a shop's may change. */
export function shapeOf(markup: string): readonly string[] | null {
  return (
    readTags(markup)?.map(({ name, attributes }) => [name, ...attributes.keys()].join(" ")) ?? null
  );
}

export function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|([a-z]+));/g, (whole, code, name) =>
    code === undefined ? (named[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([a-z-]+)="([^"]*)"/g);
  return new Map([...pairs].map(([, name = "", value = ""]) => [name, decode(value)]));
}
