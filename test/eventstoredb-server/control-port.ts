import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WAYS_TO_DROP } from './call-context.ts';
import type { WayToDrop } from './call-context.ts';
import { FAULTS, isFaultName } from './faults.ts';
import type { StandInServer } from './stand-in-server.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Body = Readonly<Record<string, unknown>>;

const DONE: Answer = { status: 200, body: { done: true } };

/** The levers of a stand-in that runs as a process of its own, over HTTP on the loopback. */
export async function openControlPort(standIn: StandInServer, port: number): Promise<{ readonly url: string; close(): void }> {
  const levers: Readonly<Record<string, (body: Body) => Answer>> = {
    'GET /state': () => ({ status: 200, body: stateOf(standIn) }),
    'PUT /faults': (body) => arm(standIn, body),
    'PUT /delays': ({ answerMs = 0, betweenEventsMs = 0 }) => {
      standIn.faults.delayMs = Number(answerMs);
      standIn.faults.pauseBetweenEventsMs = Number(betweenEventsMs);
      return DONE;
    },
    'POST /drop-subscriptions': (body) => drop(standIn, body),
    'POST /reset-connections': () => done(() => standIn.resetConnections()),
    'POST /hold-appends': () => done(() => standIn.holdAppends()),
    'POST /release-appends': () => done(() => standIn.releaseAppends()),
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const lever = levers[`${request.method ?? ''} ${request.url ?? ''}`];
      const answer = lever?.(body) ?? { status: 404, body: { levers: Object.keys(levers) } };
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  await listening(server, port);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

function done(act: () => void): Answer {
  act();
  return DONE;
}

function stateOf(standIn: StandInServer) {
  const { log, connections, eventsSent, faults } = standIn;
  return { records: log.records.length, connections, eventsSent, faults: faults.armed() };
}

function arm(standIn: StandInServer, { name, times = 1 }: Body): Answer {
  if (typeof name !== 'string' || !isFaultName(name)) return { status: 400, body: { faults: FAULTS } };
  return done(() => standIn.faults.arm(name, Number(times)));
}

function drop(standIn: StandInServer, { how = 'end' }: Body): Answer {
  const way = WAYS_TO_DROP.find((known: WayToDrop) => known === how);
  return way === undefined ? { status: 400, body: { ways: WAYS_TO_DROP } } : done(() => standIn.dropSubscriptions(way));
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const piece of request) text += String(piece);
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {};
  }
}

async function listening(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
}
