/** A JSON schema as OpenAPI 3.1 writes it. */
export type Shape = Readonly<Record<string, unknown>>;

/** Every property is there; more may be added. */
export function object(properties: Readonly<Record<string, Shape>>, more: Shape = {}): Shape {
  return { type: 'object', required: Object.keys(properties), properties, ...more };
}

export function list(items: Shape): Shape {
  return { type: 'array', items };
}

export function orNull(shape: Shape): Shape {
  return { anyOf: [shape, { type: 'null' }] };
}

export function oneOf(values: readonly string[]): Shape {
  return { type: 'string', enum: values };
}

export function ref(name: string): Shape {
  return { $ref: `#/components/schemas/${name}` };
}

export function page(items: Shape): Shape {
  return object({ items: list(items), nextCursor: { ...orNull(text), description: 'Null on the last page.' } });
}

export function described(shape: Shape, description: string): Shape {
  return { ...shape, description };
}

export const text: Shape = { type: 'string' };
export const guid: Shape = { type: 'string', format: 'uuid' };
export const time: Shape = { type: 'string', format: 'date-time', examples: ['2026-12-31T08:00:00.000Z'] };
export const date: Shape = { type: 'string', format: 'date', examples: ['2026-12-31'] };
export const count: Shape = { type: 'integer', minimum: 0 };
export const number: Shape = { type: 'number' };
export const yesOrNo: Shape = { type: 'boolean' };
export const position: Shape = { type: 'string', pattern: '^-?\\d+$', description: 'A place in the log, as the `Position` header has it.' };
