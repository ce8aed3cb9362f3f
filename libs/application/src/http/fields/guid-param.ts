import { Injectable, type PipeTransform } from '@nestjs/common';
import { parseGuid } from '#kernel';
import { Problem } from '../problems/problem.ts';

/** An id in a path, in any case. */
@Injectable()
export class GuidParam implements PipeTransform<string, string> {
  transform(text: string): string {
    const id = parseGuid(text);
    if (id === undefined) {
      throw new Problem(400, 'id-malformed', 'The id in the address is not a GUID: take it as an answer gave it.', {
        errors: [{ pointer: '/id', code: 'not-a-guid', hint: 'is not a GUID like 3b555118-da6a-4418-894f-7df1e2096870' }],
      });
    }
    return id;
  }
}
