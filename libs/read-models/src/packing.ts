/**
 * Objects as arrays of their fields' values, in a fixed order, so that no field name is stored a hundred thousand times,
 * and no id or time twice in one text. A shape names every field of its type: the compiler refuses one that misses a
 * field. Its order is that of writing.
 */
export type Shape<T> = { readonly [Name in keyof T]-?: Part<NonNullable<T[Name]>> };

/** How a field's value is written: as the JSON that it is, packed itself, or as a list of packed ones. */
export type Part<T> = typeof AS_IT_IS | (T extends readonly (infer Item)[] ? { readonly each: Shape<Item> } : { readonly of: Shape<T> });

export const AS_IT_IS = 0;

type AnyPart = typeof AS_IT_IS | { readonly of: AnyShape } | { readonly each: AnyShape };
type AnyShape = Readonly<Record<string, AnyPart>>;

/** A value on its way into an array, or out of it, with the strings that were written before it. */
type Step = (value: unknown, before: Strings) => unknown;

interface Field {
  readonly name: string;
  readonly pack: Step;
  readonly unpack: Step;
}

export class Packing<T> {
  readonly #fields: readonly Field[];

  constructor(shape: Shape<T>) {
    this.#fields = Object.entries(shape as AnyShape).map(([name, part]) => ({ name, ...stepsOf(part) }));
  }

  /** `null`s at the end are left out: put the fields that are mostly empty last. */
  pack(value: T, before = new Strings()): unknown[] {
    const packed: unknown[] = [];
    let filled = 0;
    for (const { name, pack } of this.#fields) {
      const field = (value as Record<string, unknown>)[name] ?? null;
      packed.push(field === null ? null : pack(field, before));
      if (field !== null) filled = packed.length;
    }
    packed.length = filled;
    return packed;
  }

  unpack(packed: readonly unknown[], before = new Strings()): T {
    const value: Record<string, unknown> = {};
    for (const [index, { name, unpack }] of this.#fields.entries()) {
      const field = packed[index] ?? null;
      value[name] = field === null ? null : unpack(field, before);
    }
    return value as T;
  }
}

function stepsOf(part: AnyPart): Omit<Field, 'name'> {
  if (part === AS_IT_IS) return { pack: (value, before) => before.written(value), unpack: (value, before) => before.read(value) };
  if ('of' in part) {
    const packing = new Packing<never>(part.of as Shape<never>);
    return {
      pack: (value, before) => packing.pack(value as never, before),
      unpack: (value, before) => packing.unpack(value as unknown[], before),
    };
  }
  const packing = new Packing<never>(part.each as Shape<never>);
  return {
    pack: (value, before) => (value as never[]).map((item) => packing.pack(item, before)),
    unpack: (value, before) => (value as unknown[][]).map((item) => packing.unpack(item, before)),
  };
}

const REFERENCE = '~';
const WORTH_A_REFERENCE = 8;

/** The longer strings of one text in their order: one that comes again is written as `~` and its number. */
class Strings {
  readonly #numbers = new Map<string, number>();
  readonly #strings: string[] = [];

  written(value: unknown): unknown {
    if (typeof value !== 'string') return value;
    if (value.length < WORTH_A_REFERENCE) return escaped(value);
    const number = this.#numbers.get(value);
    if (number !== undefined) return `${REFERENCE}${number}`;
    this.#numbers.set(value, this.#numbers.size);
    return escaped(value);
  }

  read(value: unknown): unknown {
    if (typeof value !== 'string') return value;
    if (value.startsWith(REFERENCE) && !value.startsWith(REFERENCE, 1)) return this.#strings[Number(value.slice(1))];
    const string = value.startsWith(REFERENCE) ? value.slice(1) : value;
    if (string.length >= WORTH_A_REFERENCE) this.#strings.push(string);
    return string;
  }
}

function escaped(text: string): string {
  return text.startsWith(REFERENCE) ? `${REFERENCE}${text}` : text;
}
