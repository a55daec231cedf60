import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * What takes longest though its file is small. A fresh clone knows no durations and goes by the files' sizes: a start of the
 * whole system came near the end, and one worker had nothing left to do beside it.
 */
const longest = ["e2e/npmStart.test.ts", "e2e/docsExamples.test.ts", "/faults/"];

/** The order of files: as vitest has it, but within each project what takes longest comes first, so that all workers end together. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    // A sort keeps the order of what is equal.
    return sorted.sort(
      (a, b) =>
        projects.indexOf(a.project.name) - projects.indexOf(b.project.name) ||
        placeOf(a.moduleId) - placeOf(b.moduleId),
    );
  }
}

function placeOf(path: string): number {
  const place = longest.findIndex((part) => path.includes(part));
  return place === -1 ? longest.length : place;
}
