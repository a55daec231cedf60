/** A page of one process, in Prometheus' text format, and what tells its lines from those of the others. */
export interface LabelledPage {
  /** The value of the label `process`. */
  readonly process: string;
  readonly text: string;
}

interface Family {
  readonly head: readonly string[];
  readonly samples: string[];
}

/** One page of several processes of one node: each metric once, as the format wants it, with a line for each process. */
export function mergePages(pages: readonly LabelledPage[]): string {
  const families = new Map<string, Family>();
  for (const { process, text } of pages) {
    let head: string[] = [];
    let family: Family | null = null;
    for (const line of text.split("\n")) {
      if (line === "") continue;
      if (line.startsWith("# HELP ")) head = [];
      if (line.startsWith("#")) head.push(line);
      if (line.startsWith("# TYPE ")) family = familyOf(families, line, head);
      if (!line.startsWith("#")) family?.samples.push(labelled(line, process));
    }
  }
  const lines = [...families.values()].flatMap(({ head, samples }) => [...head, ...samples, ""]);
  return lines.map((line) => `${line}\n`).join("");
}

/** "# TYPE name kind": every process knows the same ones, and what the first says of them is kept. */
function familyOf(
  families: Map<string, Family>,
  typeLine: string,
  head: readonly string[],
): Family {
  const name = typeLine.split(" ")[2] ?? "";
  const known = families.get(name) ?? { head, samples: [] };
  families.set(name, known);
  return known;
}

/** `name{a="b"} 1` or `name 1`; no name has a brace in it. */
function labelled(sample: string, process: string): string {
  const brace = sample.indexOf("{");
  const label = `process="${process}"`;
  if (brace !== -1) return `${sample.slice(0, brace + 1)}${label},${sample.slice(brace + 1)}`;
  const blank = sample.indexOf(" ");
  return `${sample.slice(0, blank)}{${label}}${sample.slice(blank)}`;
}
