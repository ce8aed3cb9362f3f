const MAX_LENGTH = 300;

/**
 * An outside description made fit for error texts and logs: without addresses and user principal names,
 * without anything that looks like a token, without line breaks, and short.
 */
export function scrub(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[^\s'"<>(),;:]*@[^\s'"<>(),;:]*/g, '[address]')
    .replace(/[A-Za-z0-9_\-.~+/=]{40,}/g, '[long value]')
    .trim()
    .slice(0, MAX_LENGTH);
}
