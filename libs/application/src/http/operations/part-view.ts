import type { HealthPart } from '../../service/service.ts';

const ANSWERS_WITHIN_MS = 2_000;

export interface PartView {
  readonly name: string;
  readonly status: 'up' | 'down';
  readonly detail?: string;
}

/** How a part of the service is; one that is silent for long is down. */
export async function partView(part: HealthPart): Promise<PartView> {
  const { name } = part;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`did not answer within ${ANSWERS_WITHIN_MS / 1000} s`)), ANSWERS_WITHIN_MS);
  try {
    await Promise.race([part.check(), late.promise]);
    return { name, status: 'up' };
  } catch (error) {
    return { name, status: 'down', detail: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Without the credentials that an engine's address may hold. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : 'failed';
  return message.replace(/\/\/[^/@\s]*@/g, '//').slice(0, 300);
}
