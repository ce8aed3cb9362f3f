import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 200;
const LONGEST_MS = 240_000;

/** Repeats a request until something answers it: what is asked here may be asked again. */
export const patientFetch: typeof fetch = async (input, init) => {
  const until = Date.now() + LONGEST_MS;
  for (;;) {
    try {
      const answer = await fetch(input, init);
      if (answer.status < 500 || Date.now() > until) return answer;
      await answer.body?.cancel();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await sleep(PAUSE_MS);
  }
};
