import type { DomainEvent, RecordedEvent } from '#kernel';

/** One shape that an event has, or had: a shape once shipped stays here for ever, frozen, with a step to its successor. */
export interface EventSchema {
  /** `<name>.v<number>`, the string that stands in the log. */
  readonly type: string;
  /** JSON pointers (RFC 6901) to personal data in `data`; the segment `*` means every element of an array. */
  readonly personal?: readonly string[];
  /** Only on older shapes: the next shape, and the pure function that makes its data from this one's. */
  readonly upcastTo?: { readonly type: string; readonly up: (data: unknown) => unknown };
}

export interface EventSchemas<Event extends DomainEvent = DomainEvent> {
  /** Every type that may stand in the log, in the order of definition. */
  readonly types: readonly string[];
  /** True for a type that may be written today: known, and no older shape. */
  isCurrent(type: string): boolean;
  /** Pointers to personal data in the data of this type as it was stored. Empty for an unknown type. */
  personalPointers(type: string): readonly string[];
  /**
   * A recorded event in today's shape. Loads, subscriptions, rebuilds and as-of reads all come through here.
   * @throws UnknownEventType
   */
  toDomainEvent(recorded: RecordedEvent): Event;
}

export class UnknownEventType extends Error {
  readonly code = 'unknown-event-type';
  constructor(readonly type: string) {
    super(`event type ${type} is not in the schema registry: start the release that wrote it, or define its schema`);
  }
}

export class InvalidEventSchemas extends Error {
  readonly code = 'invalid-event-schemas';
  constructor(readonly problems: readonly string[]) {
    super(`the event schemas cannot be used: ${problems.join('; ')}`);
  }
}

interface UpcastPath {
  readonly target: string;
  readonly steps: readonly ((data: unknown) => unknown)[];
}

/**
 * The registry of all event shapes, checked as a whole when it is made.
 * @throws InvalidEventSchemas naming every duplicate, gap, cycle, unknown target and malformed type or pointer
 */
export function defineEventSchemas<Event extends DomainEvent = DomainEvent>(schemas: readonly EventSchema[]): EventSchemas<Event> {
  const byType = new Map(schemas.map((schema) => [schema.type, schema]));
  const problems = [...duplicates(schemas), ...schemas.flatMap((schema) => faultsOf(schema, byType))];
  if (problems.length > 0) throw new InvalidEventSchemas(problems);
  const paths = new Map(schemas.map((schema) => [schema.type, pathFrom(schema, byType)]));

  return {
    types: [...byType.keys()],
    isCurrent: (type) => paths.get(type)?.steps.length === 0,
    personalPointers: (type) => byType.get(type)?.personal ?? [],
    toDomainEvent(recorded) {
      const path = paths.get(recorded.type);
      if (path === undefined) throw new UnknownEventType(recorded.type);
      let data = recorded.data;
      for (const up of path.steps) data = up(data);
      return { type: path.target, data } as Event;
    },
  };
}

function duplicates(schemas: readonly EventSchema[]): string[] {
  const seen = new Set<string>();
  return schemas.filter(({ type }) => seen.size === seen.add(type).size).map(({ type }) => `${type} is defined twice`);
}

function faultsOf(schema: EventSchema, byType: ReadonlyMap<string, EventSchema>): string[] {
  const { type, upcastTo } = schema;
  const faults = (schema.personal ?? [])
    .filter((pointer) => !/^(\/([^~/]|~[01])*)+$/.test(pointer))
    .map((pointer) => `${type}: "${pointer}" is no JSON pointer`);
  const version = versionOf(type);
  if (version === undefined) return [...faults, `${type} does not end in .v<number>`];
  if (version.number > 1 && !byType.has(`${version.name}.v${version.number - 1}`)) {
    faults.push(`gap: ${version.name}.v${version.number - 1} is missing before ${type}`);
  }
  const successor = `${version.name}.v${version.number + 1}`;
  if (byType.has(successor) && upcastTo?.type !== successor) faults.push(`gap: ${type} has no step to ${successor}`);
  if (upcastTo && !byType.has(upcastTo.type)) faults.push(`${type} is upcast to ${upcastTo.type}, which is unknown`);
  if (upcastTo && leadsBack(schema, byType)) faults.push(`cycle: upcasting ${type} comes back to it`);
  return faults;
}

function versionOf(type: string): { name: string; number: number } | undefined {
  const match = /^(.+)\.v([1-9]\d*)$/.exec(type);
  return match ? { name: match[1]!, number: Number(match[2]) } : undefined;
}

function leadsBack(start: EventSchema, byType: ReadonlyMap<string, EventSchema>): boolean {
  let next = start.upcastTo?.type;
  for (let steps = 0; next !== undefined && steps <= byType.size; steps += 1) {
    if (next === start.type) return true;
    next = byType.get(next)?.upcastTo?.type;
  }
  return false;
}

function pathFrom(schema: EventSchema, byType: ReadonlyMap<string, EventSchema>): UpcastPath {
  const steps: ((data: unknown) => unknown)[] = [];
  let at = schema;
  while (at.upcastTo) {
    steps.push(at.upcastTo.up);
    at = byType.get(at.upcastTo.type)!;
  }
  return { target: at.type, steps };
}
