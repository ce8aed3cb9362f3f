/** What the main thread sends to a writer thread. Answers come in the order of the requests. */
export type ToWriter<Batch> =
  | { readonly kind: 'write'; readonly batch: Batch }
  /** Proves that the file can be written, with a commit that changes nothing. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'close' };

export type FromWriter<Reply> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'written'; readonly reply: Reply; readonly commitMs: number }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };
