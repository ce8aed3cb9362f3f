/** A refusal in Partner Center's own form (facts §6.1): HTTP status and fault code. */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: number;
  readonly data: readonly string[];

  constructor(status: number, code: number, description: string, data: readonly string[] = []) {
    super(description);
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

/** A refusal in Graph's form. */
export class GraphFault extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function faultBody(code: number, description: string, data: readonly string[] = []): object {
  return { code, description, data, source: 'PartnerFD' };
}
