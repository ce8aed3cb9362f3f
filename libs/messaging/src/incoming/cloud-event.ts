import { CloudEvent, ValidationError } from 'cloudevents';
import { z } from 'zod';

/** A CloudEvent in its JSON form, as it came: nothing is read into it or left out. */
export type CloudEventJson = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly data?: unknown;
};

export type IncomingEvent =
  | { readonly ok: true; readonly event: CloudEventJson }
  /** Not a CloudEvent 1.0: all that can be done is to keep it. */
  | { readonly ok: false; readonly payload: unknown; readonly detail: string };

const envelope = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
});

/** What has been found to be one: whoever has an event in hand asks again, and nobody changes it. */
const known = new WeakSet<CloudEventJson>();

/** A CloudEvent 1.0 in its JSON form, or why it is none. */
export function cloudEventOf(json: unknown): IncomingEvent {
  if (isKnown(json)) return { ok: true, event: json };
  const parsed = envelope.safeParse(json);
  if (!parsed.success)
    return {
      ok: false,
      payload: json,
      detail: parsed.error.issues.map(({ path, message }) => `${path.join('/') || 'event'}: ${message}`).join('; '),
    };
  try {
    // The package's own rules: attribute names, the form of times.
    new CloudEvent(parsed.data);
    known.add(parsed.data);
    return { ok: true, event: parsed.data };
  } catch (error) {
    return { ok: false, payload: json, detail: faultOf(error) };
  }
}

function isKnown(json: unknown): json is CloudEventJson {
  return typeof json === 'object' && json !== null && known.has(json as CloudEventJson);
}

function faultOf(error: unknown): string {
  if (!(error instanceof ValidationError)) return error instanceof Error ? error.message : String(error);
  const faults = (error.errors ?? []).map((fault) =>
    typeof fault === 'string' ? fault : `${fault.instancePath} ${fault.message ?? ''}`.trim(),
  );
  return [error.message, ...faults].join('; ');
}
