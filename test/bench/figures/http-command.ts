import { randomUUID } from 'node:crypto';
import { derivedId } from '#kernel';
import { createHttpApplication } from '#application';
import { httpPortsOf } from '../../../apps/composition/src/http-ports.ts';
import { answeredBy } from '../answered-by.ts';
import type { Figure } from '../figure.ts';
import { withFolder } from '../folder.ts';
import type { Load, LoadAnswer } from '../http-load.ts';
import { openProduct } from '../product.ts';
import { alternated, inFlight } from '../rounds.ts';
import { eightCommands, sampleMigration } from '../sample-migrations.ts';
import { createValidateOnly } from '../validate-only.ts';

const CONNECTIONS = 64;
const BODY = { reason: 'Budget is frozen until January', until: '2027-01-15T08:00:00.000Z' };

async function load(options: Load): Promise<number> {
  const answer = await answeredBy<LoadAnswer>(new URL('../http-load.js', import.meta.url), options);
  if (answer.refused > 0) throw new Error(`${answer.refused} of ${options.requests} requests were refused`);
  return answer.perSecond;
}

export const httpCommand: Figure = {
  name: 'http-command',
  title: 'A command over HTTP (hold), 64 connections: validate, load, decide, append durably, answer',
  async measure({ quick }) {
    const rounds = quick ? 2 : 5;
    const requests = quick ? 1_000 : 5_000;
    return withFolder(async (folder) => {
      const product = await openProduct(folder);
      const samples = Array.from({ length: requests * (rounds + 1) }, (_, index) => sampleMigration(index));
      await inFlight(CONNECTIONS, samples.length, async (index) => {
        const sample = samples[index]!;
        await product.execute(sample, eightCommands(sample)[0]!, derivedId(sample.id, '0'));
      });
      await product.caughtUp();

      const silent = (): void => undefined;
      const log = { info: silent, warn: silent, error: (fields: object, message: string) => console.error(message, fields) };
      const webhookVerifier = { verify: () => Promise.reject(new Error('no webhook comes here')) };
      const app = await createHttpApplication(
        product.service,
        httpPortsOf({ service: product.service, webhookVerifier, simulatorUrl: null, log }),
      );
      await app.listen({ host: '127.0.0.1', port: 0 });
      const peer = await createValidateOnly(randomUUID);
      const pathsFrom = (from: number) => samples.slice(from, from + requests).map(({ id }) => `/v1/migrations/${id}/hold`);
      const options = { body: BODY, requests, connections: CONNECTIONS };
      const ours = async (round: number) => load({ ...options, url: await app.getUrl(), targets: pathsFrom(round * requests) });
      const bare = async (round: number) => load({ ...options, url: await peer.getUrl(), targets: pathsFrom(round * requests) });
      const { median, ratio } = await alternated(rounds, { ours, bare });
      await product.caughtUp();
      await app.close();
      await peer.close();
      await product.close();
      return [
        {
          name: 'commands over HTTP',
          unit: '/s',
          value: median.ours,
          peer: { name: 'the same body only validated', value: median.bare, ratio: ratio('ours', 'bare') },
          limit: { of: 'ratio', kind: 'at-least', value: 0.6 },
        },
      ];
    });
  },
};
