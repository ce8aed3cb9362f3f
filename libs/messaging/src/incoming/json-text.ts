/** No contract nests deeper than three levels; what does by far more is made to exhaust whoever walks through it. */
const DEEPEST = 64;

const [QUOTE, BACKSLASH] = [34, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** The value of a JSON text; undefined where it is none, or is nested more than 64 levels deep. */
export function jsonOf(text: string): { readonly value: unknown } | undefined {
  if (isDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charCodeAt(index);
    if (quoted) {
      if (sign === BACKSLASH) index += 1;
      else if (sign === QUOTE) quoted = false;
    } else if (sign === QUOTE) quoted = true;
    else if (sign === OPEN_OBJECT || sign === OPEN_LIST) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (sign === CLOSE_OBJECT || sign === CLOSE_LIST) depth -= 1;
  }
  return false;
}
