import { INCOMING_CONTRACTS, type IncomingFact } from './contracts.ts';

export type FactReading =
  | { readonly ok: true; readonly fact: IncomingFact }
  | { readonly ok: false; readonly reason: 'unknown-type' | 'invalid-data'; readonly detail: string };

const BY_TYPE = new Map(INCOMING_CONTRACTS.map((contract) => [contract.type, contract]));

type Event = { readonly type: string; readonly data?: unknown };

/** An event is asked for its fact by each who decides something about it. */
const readings = new WeakMap<Event, FactReading>();

/** What a message says, in the words of the contract. */
export function readFact(event: Event): FactReading {
  const known = readings.get(event);
  if (known) return known;
  const reading = readingOf(event);
  readings.set(event, reading);
  return reading;
}

function readingOf({ type, data }: Event): FactReading {
  const contract = BY_TYPE.get(type);
  if (!contract) return { ok: false, reason: 'unknown-type', detail: `no message of type ${type} is known: see /asyncapi.json` };
  const parsed = contract.read(data);
  if (parsed.success) return { ok: true, fact: parsed.data };
  const faults = parsed.error.issues.map(({ path, message }) => `/data/${path.join('/')}: ${message}`.replace('/data/:', '/data:'));
  return { ok: false, reason: 'invalid-data', detail: `the data of ${type} is not as agreed (${faults.join('; ')}): see /asyncapi.json` };
}
