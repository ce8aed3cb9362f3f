/** A copy of JSON data without what the pointers (RFC 6901, `*` for every element) name. */
export function withoutPersonalData(data: unknown, pointers: readonly string[]): unknown {
  if (pointers.length === 0) return data;
  const copy: unknown = structuredClone(data);
  for (const pointer of pointers) leaveOut(copy, pointer.split('/').slice(1).map(unescaped));
  return copy;
}

function leaveOut(value: unknown, [segment, ...rest]: readonly string[]): void {
  if (typeof value !== 'object' || value === null || segment === undefined) return;
  const holder = value as Record<string, unknown>;
  const keys = segment === '*' && Array.isArray(value) ? Object.keys(value) : segment in holder ? [segment] : [];
  for (const key of keys) {
    if (rest.length > 0) leaveOut(holder[key], rest);
    else if (Array.isArray(value)) holder[key] = null;
    else Reflect.deleteProperty(holder, key);
  }
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
