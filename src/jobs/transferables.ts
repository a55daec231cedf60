/**
 * The memory of every typed array within plain data, each block once: what `postMessage` may hand over to another thread
 * instead of copying it. Views of a part of a block are left to be copied, since others may share the rest.
 */
export function transferablesOf(data: unknown): readonly ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      const { buffer } = value;
      const isWhole = value.byteLength === buffer.byteLength;
      if (buffer instanceof ArrayBuffer && isWhole) found.add(buffer);
      return;
    }
    const parts = value instanceof Map ? value.values() : Object.values(value);
    for (const part of parts) visit(part);
  };
  visit(data);
  return [...found];
}
