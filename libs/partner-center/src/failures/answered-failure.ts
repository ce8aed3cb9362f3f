import type { Evidence, Instant } from '#kernel';
import { OutsideFailure, type OutsideFailureKind } from '../gateway.ts';

/** A failure that is itself an answer of the outside, with the proof of it. */
export class AnsweredFailure extends OutsideFailure {
  readonly evidence: Evidence;

  constructor(
    kind: OutsideFailureKind,
    code: string,
    detail: string,
    evidence: Evidence,
    more: { retryAt?: Instant | undefined; outsideCode: string; outcomeUnknown?: boolean },
  ) {
    super(kind, code, detail, more.retryAt, more.outsideCode, more.outcomeUnknown ?? false);
    this.evidence = evidence;
  }
}
