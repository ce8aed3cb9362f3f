import type { DataFolder } from '#engines/sqlite';
import { readSmallFile, replaceSmallFile } from './small-file.ts';

/**
 * Partner Center gives a new refresh token with every redemption and the old one ends after 90 days (facts §1.2): the
 * newest is kept beside the data, readable by the service's own user only. A newly configured one begins a new chain.
 */
export async function keptRefreshToken(
  folder: DataFolder,
  configured: string,
): Promise<{ readonly token: string; keep(newest: string): Promise<void> }> {
  const path = folder.file('partner-center-refresh-token');
  const [from, newest] = ((await readSmallFile(path)) ?? '').split('\n');
  return {
    token: from === configured && newest ? newest : configured,
    keep: (token) => replaceSmallFile(path, `${configured}\n${token}`),
  };
}
