import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Lane, ReceivedMessage } from '#messaging';

/** As for messages that go out. */
const LARGEST_VALUE = 1024 * 1024;
const BEGINNING = 1024;
/** Says that the value is not the text that was sent: `base64` of its bytes, or a `reference` to where it lies. */
export const VALUE_ENCODING = 'value-encoding';

type Raw = Pick<KafkaMessage, 'key' | 'value' | 'headers' | 'offset'>;

/**
 * A record as a message. What is no text comes in base64, and what is larger than a message may be comes as a
 * description of where it lies, both with a header that says so: neither is an event, so both are parked and nothing is
 * lost by them. A tombstone (no value) only tells compaction that a key is gone: it is no message.
 */
export function receivedMessage({ topic, partition }: Lane, { key, value, headers, offset }: Raw): ReceivedMessage | undefined {
  if (value === null) return undefined;
  const place = { topic, partition, offset: BigInt(offset), key: key?.toString() ?? '' };
  const text = textHeaders(headers);
  if (value.length <= LARGEST_VALUE && isUtf8(value)) return { ...place, headers: text, value: value.toString() };
  const base64 = value.length <= (LARGEST_VALUE / 4) * 3;
  return {
    ...place,
    headers: { ...text, [VALUE_ENCODING]: base64 ? 'base64' : 'reference' },
    value: base64 ? value.toString('base64') : JSON.stringify(referenceTo(value, { topic, partition, offset })),
  };
}

function referenceTo(value: Buffer, place: { readonly topic: string; readonly partition: number; readonly offset: string }): object {
  return {
    ...place,
    bytes: value.length,
    sha256: createHash('sha256').update(value).digest('hex'),
    beginning: value.subarray(0, BEGINNING).toString('base64'),
  };
}

/** A header may stand several times: the last one counts. */
function textHeaders(headers: IHeaders | undefined): Readonly<Record<string, string>> {
  const text: Record<string, string> = {};
  for (const [name, values] of Object.entries(headers ?? {})) {
    const value = Array.isArray(values) ? values.at(-1) : values;
    if (value !== undefined) text[name] = value.toString();
  }
  return text;
}
