let answer: boolean | null = null;

/** Whether this browser can draw the map. Asked once: each try costs a context. */
export function hasWebgl(): boolean {
  answer ??= tryWebgl();
  return answer;
}

function tryWebgl(): boolean {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}
