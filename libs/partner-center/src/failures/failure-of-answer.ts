import { plusMs, type Clock, type Evidence } from '#kernel';
import type { OutsideFailure } from '../gateway.ts';
import type { HttpAnswer, HttpRequest } from '../http/exchange.ts';
import { hasRetryAfter, retryAtOf } from '../http/retry-after.ts';
import { scrub } from '../http/scrub.ts';
import { AnsweredFailure } from './answered-failure.ts';
import { parseFault } from './fault-body.ts';
import { graphMeaning, parseGraphFault } from './graph-fault.ts';
import { meaningOf, type CodeMeaning } from './partner-center-codes.ts';
import { leavesOutcomeOpen, meaningOfStatus } from './status-meanings.ts';

/** License faults without a published code (facts §5.1, §5.2): their words are all there is. */
const LICENSE_FAULTS: readonly { readonly words: RegExp; readonly meaning: CodeMeaning }[] = [
  {
    words: /usage\s*location/i,
    meaning: { kind: 'needs-person', code: 'usage-location-missing', advice: 'The user has no valid usage location: set one, then retry.' },
  },
  {
    words: /inherited from (a )?group/i,
    meaning: {
      kind: 'needs-person',
      code: 'license-group-managed',
      advice: 'The license comes from a group: change the licenses of the group instead.',
    },
  },
];

/** What an answer that is no success means (facts §6). */
export function failureOfAnswer(request: HttpRequest, answer: HttpAnswer, evidence: Evidence, clock: Clock): OutsideFailure {
  const { status } = answer;
  const fault = request.system === 'graph' ? parseGraphFault(answer.text) : parseFault(answer.text);
  const outsideCode = fault.code ? `${status}/${fault.code}` : String(status);
  if (status === 429) {
    return new AnsweredFailure(
      'retry-later',
      'throttled',
      `${request.system} limits the rate of calls and refused "${request.operation}" for now.`,
      evidence,
      { retryAt: retryAtOf(answer, clock), outsideCode },
    );
  }
  const meaning = meaningOfFault(request, status, fault);
  const said = fault.text ? ` It said: ${scrub(fault.text)}` : '';
  return new AnsweredFailure(
    meaning.kind,
    meaning.code,
    `${request.system} answered "${request.operation}" with ${outsideCode}. ${meaning.advice}${said}`,
    evidence,
    {
      retryAt:
        hasRetryAfter(answer) && meaning.kind === 'retry-later'
          ? retryAtOf(answer, clock)
          : meaning.waitMs === undefined
            ? undefined
            : plusMs(clock.now(), meaning.waitMs),
      outsideCode,
      outcomeUnknown: request.write && meaning.kind === 'retry-later' && leavesOutcomeOpen(status),
    },
  );
}

function meaningOfFault(request: HttpRequest, status: number, fault: { code: string; text: string; isRetryable: boolean }): CodeMeaning {
  if (request.system === 'graph') return graphMeaning(status, fault.code) ?? meaningOfStatus(status);
  const known = meaningOf(status, fault.code);
  if (known) return known;
  const told = status === 400 ? LICENSE_FAULTS.find(({ words }) => words.test(fault.text)) : undefined;
  if (told) return told.meaning;
  if (fault.isRetryable && status < 500)
    return { kind: 'retry-later', code: 'server-error', advice: 'The outside says that asking again helps.' };
  return meaningOfStatus(status);
}
