const MAX_DEPTH = 64;

/**
 * The body as JSON with every key in camel case, `undefined` when it is no JSON.
 * Some published bodies begin with a byte order mark, and a few come in Pascal case (facts §1.4).
 */
export function parseBody(text: string): unknown {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    return inCamelCase(JSON.parse(json), 0);
  } catch {
    return undefined;
  }
}

function inCamelCase(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
  if (Array.isArray(value)) return value.map((item) => inCamelCase(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), inCamelCase(item, depth + 1)]),
  );
}
