import type { ApiClient } from '../api-client/api-client.ts';
import type { ClockReading } from '../api-client/report-shapes.ts';

/** The service's time, which may be a driven clock's; `null` when it does not tell. */
export async function serviceTime(api: ApiClient): Promise<string | null> {
  try {
    return (await api.get<ClockReading>('/v1/clock')).now;
  } catch {
    return null;
  }
}
