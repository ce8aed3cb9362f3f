/** The whole body, or `undefined` as soon as it is larger than allowed: the rest is not read. */
export async function boundedBytes(response: Response, maxBytes: number): Promise<Buffer | undefined> {
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (!body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
