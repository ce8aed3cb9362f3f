import { Problem } from '../problems/problem.ts';

/** Far more than any request has to hold; what comes after the parser takes more than linear time with some of them. */
const DEEPEST = 20;
const MOST_FIELDS = 500;
const MOST_VALUES = 50_000;

/** Refuses a body that would be costly to look into, without looking into it. @throws Problem */
export function boundedBody(body: object): void {
  let level: object[] = [body];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST)
      throw new Problem(400, 'nested-too-deeply', `The body is nested more than ${DEEPEST} levels deep: no request has to be.`);
    const next: object[] = [];
    for (const held of level) {
      const inside = Object.values(held) as unknown[];
      if (!Array.isArray(held) && inside.length > MOST_FIELDS) {
        throw new Problem(400, 'too-many-fields', `The body has an object of more than ${MOST_FIELDS} fields: no request has so many.`);
      }
      values += inside.length;
      if (values > MOST_VALUES)
        throw new Problem(
          400,
          'too-many-values',
          `The body holds more than ${MOST_VALUES} values: send less at a time; CSV files go to POST /v1/imports.`,
        );
      for (const value of inside) if (typeof value === 'object' && value !== null) next.push(value);
    }
    level = next;
  }
}
