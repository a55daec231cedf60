import { sigmoid } from "./logit.ts";
import type { Design } from "./ridgeRegression.ts";

/** Settings of boosting. */
export interface BoostOptions {
  readonly trees: number;
  /** Splits on the way to a leaf; 1 to 6. */
  readonly depth: number;
  /** By how much of its estimate each tree moves the logit, 0 to 1. */
  readonly rate: number;
  /** Draws leaves to 0: as the curvature of this many trials × p (1 - p). */
  readonly shrinkage: number;
}

/** A tree as tables: node n has the children 2n + 1 and 2n + 2; a column of -1 is a leaf. */
interface Tree {
  readonly columns: Int16Array;
  readonly thresholds: Float32Array;
  readonly values: Float64Array;
}

export interface BoostedTrees {
  readonly trees: readonly Tree[];
}

const binCount = 32;

/**
 * Gradient-boosted regression trees on top of logits that are given (Friedman 2001, with second-order leaves as in Chen &
 * Guestrin 2016), split at quantiles. `logits` are moved along, so that on return they are those of the whole; `goesOn` may stop it after a tree.
 */
export function fitBoostedTrees(
  design: Design,
  logits: Float64Array,
  options: BoostOptions,
  uses: (row: number) => boolean,
  goesOn: (tree: number) => boolean = () => true,
): BoostedTrees {
  const edges = quantileEdges(design, uses);
  const bins = binned(design, edges);
  const trees: Tree[] = [];
  for (let index = 0; index < options.trees; index++) {
    const tree = growTree({ design, bins, edges, logits, options, uses });
    trees.push(tree);
    for (let row = 0; row < design.rows; row++)
      logits[row] = (logits[row] ?? 0) + treeValue(tree, design.values, row * design.width);
    if (!goesOn(index)) break;
  }
  return { trees };
}

/** What the trees add to the logit of numbers from `offset` on. */
export function boostedLogit(
  { trees }: BoostedTrees,
  values: Float32Array | Float64Array,
  offset: number,
): number {
  let sum = 0;
  for (const tree of trees) sum += treeValue(tree, values, offset);
  return sum;
}

function treeValue(tree: Tree, values: Float32Array | Float64Array, offset: number): number {
  let node = 0;
  for (let column = tree.columns[0] ?? -1; column >= 0; column = tree.columns[node] ?? -1)
    node =
      2 * node +
      (Math.fround(values[offset + column] ?? 0) <= (tree.thresholds[node] ?? 0) ? 1 : 2);
  return tree.values[node] ?? 0;
}

/** For each column the values that part its rows into bins of about one size. */
function quantileEdges(design: Design, uses: (row: number) => boolean): readonly Float32Array[] {
  const most = 20_000;
  const stride = Math.max(1, Math.floor(design.rows / most));
  return Array.from({ length: design.width }, (_, column) => {
    const sample: number[] = [];
    for (let row = 0; row < design.rows; row += stride)
      if (uses(row)) sample.push(design.values[row * design.width + column] ?? 0);
    const sorted = Float32Array.from(sample).sort();
    const cuts = Array.from(
      { length: binCount - 1 },
      (_, cut) => sorted[Math.floor(((cut + 1) * sorted.length) / binCount)] ?? 0,
    );
    return Float32Array.from([...new Set(cuts)]).filter((cut) => cut < (sorted.at(-1) ?? 0));
  });
}

/** The bin of each value: how many edges are below it. */
function binned({ rows, width, values }: Design, edges: readonly Float32Array[]): Uint8Array {
  const bins = new Uint8Array(rows * width);
  for (let column = 0; column < width; column++) {
    const cuts = edges[column] ?? new Float32Array(0);
    for (let row = 0; row < rows; row++) {
      const value = values[row * width + column] ?? 0;
      let [low, high] = [0, cuts.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((cuts[middle] ?? 0) < value) low = middle + 1;
        else high = middle;
      }
      bins[row * width + column] = low;
    }
  }
  return bins;
}

interface Growing {
  readonly design: Design;
  readonly bins: Uint8Array;
  readonly edges: readonly Float32Array[];
  readonly logits: Float64Array;
  readonly options: BoostOptions;
  readonly uses: (row: number) => boolean;
}

/** Grows level by level: one pass over the rows sums gradients by node, column and bin. */
function growTree(growing: Growing): Tree {
  const { design, options, edges } = growing;
  const nodes = 2 ** (options.depth + 1) - 1;
  const tree: Tree = {
    columns: new Int16Array(nodes).fill(-1),
    thresholds: new Float32Array(nodes),
    values: new Float64Array(nodes),
  };
  const nodeOf = new Int16Array(design.rows);
  for (let level = 0; level <= options.depth; level++) {
    const first = 2 ** level - 1;
    const sums = histograms(growing, nodeOf, first, 2 ** level);
    for (let node = 0; node < 2 ** level; node++) {
      const at = node * design.width * binCount * 2;
      const here = sums.subarray(at, at + design.width * binCount * 2);
      const split = settle(here, design.width, options);
      tree.values[first + node] = split.value;
      if (level === options.depth || split.column < 0) continue;
      tree.columns[first + node] = split.column;
      tree.thresholds[first + node] = edges[split.column]?.[split.bin] ?? 0;
      descend(growing, nodeOf, first + node, split.column, split.bin);
    }
  }
  return tree;
}

function histograms(
  { design, bins, logits, uses }: Growing,
  nodeOf: Int16Array,
  first: number,
  count: number,
): Float64Array {
  const { width } = design;
  const sums = new Float64Array(count * width * binCount * 2);
  for (let row = 0; row < design.rows; row++) {
    const node = (nodeOf[row] ?? 0) - first;
    if (node < 0 || !uses(row)) continue;
    const p = sigmoid(logits[row] ?? 0);
    const gradient = p - (design.labels[row] ?? 0);
    const curvature = p * (1 - p);
    const from = row * width;
    const base = node * width;
    for (let column = 0; column < width; column++) {
      const at = ((base + column) * binCount + (bins[from + column] ?? 0)) * 2;
      sums[at] = (sums[at] ?? 0) + gradient;
      sums[at + 1] = (sums[at + 1] ?? 0) + curvature;
    }
  }
  return sums;
}

interface Settled {
  /** -1 where no split gains anything. */
  readonly column: number;
  /** Rows of this bin and below go left. */
  readonly bin: number;
  readonly value: number;
}

const leastCurvature = 5;

/** The split of most gain among the sums of one node, and the value of the node as a leaf. */
function settle(sums: Float64Array, width: number, options: BoostOptions): Settled {
  let [gradient, curvature] = [0, 0];
  for (let bin = 0; bin < binCount; bin++) {
    gradient += sums[bin * 2] ?? 0;
    curvature += sums[bin * 2 + 1] ?? 0;
  }
  const worth = (g: number, h: number): number => (g * g) / (h + options.shrinkage);
  const alone = worth(gradient, curvature);
  let [best, column, bin] = [1, -1, 0];
  for (let candidate = 0; candidate < width; candidate++) {
    let [leftGradient, leftCurvature] = [0, 0];
    for (let edge = 0; edge < binCount - 1; edge++) {
      const at = (candidate * binCount + edge) * 2;
      leftGradient += sums[at] ?? 0;
      leftCurvature += sums[at + 1] ?? 0;
      const rightCurvature = curvature - leftCurvature;
      if (leftCurvature < leastCurvature || rightCurvature < leastCurvature) continue;
      const gain =
        worth(leftGradient, leftCurvature) + worth(gradient - leftGradient, rightCurvature) - alone;
      if (gain > best) [best, column, bin] = [gain, candidate, edge];
    }
  }
  return { column, bin, value: (-options.rate * gradient) / (curvature + options.shrinkage) };
}

function descend(
  { design, bins }: Growing,
  nodeOf: Int16Array,
  node: number,
  column: number,
  bin: number,
): void {
  for (let row = 0; row < design.rows; row++)
    if (nodeOf[row] === node)
      nodeOf[row] = 2 * node + ((bins[row * design.width + column] ?? 0) <= bin ? 1 : 2);
}
