import { type Position, positionFromText, positionToText } from '#kernel';

/** What a commit of one process tells the others: how far the rows of a copy are, and which streams it touched. */
export interface CommittedAnnouncement {
  /** The process that committed. */
  readonly by: string;
  readonly copy: string;
  readonly position: Position;
  readonly keys: readonly string[];
}

/** Bytes that all keys of one text may take, quotes and commas included: what is beside them is short. */
const MOST_KEY_BYTES = 7_400;

/** A commit as texts that each can be announced. */
export function announcementTexts({ by, copy, position, keys }: CommittedAnnouncement): readonly string[] {
  const parts: string[][] = [[]];
  let bytes = 0;
  for (const key of keys) {
    const size = Buffer.byteLength(JSON.stringify(key)) + 1;
    if (bytes + size > MOST_KEY_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(key);
    bytes += size;
  }
  return parts.map((part) => JSON.stringify([by, copy, positionToText(position), ...part]));
}

/** `undefined` when the text is none of ours. */
export function announcementOf(text: string): CommittedAnnouncement | undefined {
  try {
    const [by, copy, position, ...keys] = JSON.parse(text) as readonly string[];
    const parsed = position === undefined ? undefined : positionFromText(position);
    return by === undefined || copy === undefined || parsed === undefined ? undefined : { by, copy, position: parsed, keys };
  } catch {
    return undefined;
  }
}
