import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readConfiguration } from '#application';
import { faultsOfRole } from '../../apps/composition/src/start-role.ts';
import { readSettings } from '../../apps/partner-center-simulator/src/settings.ts';
import { type ComposeService, composeFile } from './compose-files.ts';

const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};
const dockerfile = readFileSync('Dockerfile', 'utf8');
const OURS = `cutover:${packageJson.version}`;

const files = ['docker-compose.yml', 'docker-compose.embedded.yml', 'docs/compose/eventstore-secure-3-nodes.yml'].map(composeFile);
const services = files.flatMap(({ path, services: of }) => of.map(([name, service]) => [`${path}: ${name}`, service] as const));

/** It does its work and ends. */
function endsByItself({ restart }: ComposeService): boolean {
  return restart === 'no' || restart?.startsWith('on-failure') === true;
}

/** The source of what is started, `null` where that is no file of ours. */
function startedFile(command: readonly string[]): string | null {
  const built = command.find((part) => part.startsWith('dist/'));
  return built?.replace(/^dist\//, '').replace(/\.js$/, '.ts') ?? null;
}

describe.each(services)('%s', (_name, service) => {
  test('is of a version that is named', () => {
    expect(service.image).toMatch(service.build === undefined ? /^[a-z/-]+:\d+\.\d+(\.\d+)?$/ : new RegExp(`^${OURS}$`));
  });

  test('has no more rights, memory and processes than it needs', () => {
    expect(service).toMatchObject({
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      pids_limit: expect.any(Number),
      ...(service.build !== undefined && { read_only: true }),
    });
  });

  test('is reached from this machine only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('is looked after: health, restart, time to stop', () => {
    if (endsByItself(service)) expect(service.healthcheck).toEqual({ disable: true });
    else {
      expect(service.restart).toBe('unless-stopped');
      expect(service.stop_grace_period).toMatch(/^\d+s$/);
      if (service.build === undefined) expect(service.healthcheck?.test).toBeDefined();
      else expect(service.healthcheck?.disable).toBeUndefined();
    }
  });
});

describe.each(files)('$path', ({ services: own, volumes }) => {
  const names = own.map(([name]) => name);

  test('waits for services that there are, until they answer or have done their work', () => {
    for (const [, { depends_on: waits = {} }] of own) {
      for (const [name, { condition }] of Object.entries(waits)) {
        expect(names).toContain(name);
        const ends = endsByItself(own.find(([other]) => other === name)![1]);
        expect(condition).toBe(ends ? 'service_completed_successfully' : 'service_healthy');
      }
    }
  });

  test('keeps data in volumes of its own', () => {
    const mounted = own.flatMap(([, service]) => (service.volumes ?? []).map((volume) => volume.split(':')[0]!));
    expect([...new Set(mounted)].sort()).toEqual([...volumes].sort());
  });
});

describe('the roles of docker-compose.yml', () => {
  const roles = files[0]!.services.filter(([, { build }]) => build !== undefined);
  const simulator = roles.find(([name]) => name === 'simulator')![1];
  const cutover = roles.filter(([name]) => name !== 'simulator');

  test.each(cutover)('%s has settings that the service takes', (_name, { environment = {} }) => {
    expect(readConfiguration(environment)).toMatchObject({ kind: 'configuration' });
    expect(faultsOfRole(environment)).toEqual([]);
    const source = readFileSync('libs/application/src/configuration/configuration.ts', 'utf8');
    for (const name of Object.keys(environment)) expect(source).toContain(`  ${name}:`);
  });

  test('the simulator has settings that it takes, and is the partner’s', () => {
    const { environment = {} } = simulator;
    expect(readSettings(environment)).not.toHaveProperty('faults');
    const source = readFileSync('apps/partner-center-simulator/src/settings.ts', 'utf8');
    for (const name of Object.keys(environment)) expect(source).toContain(name);
    for (const [, role] of cutover) expect(role.environment?.PARTNER_TENANT_ID).toBe(environment.PARTNER_TENANT_ID);
  });

  test.each(roles)('%s starts what is built', (_name, { command = [] }) => {
    expect(command.slice(0, 2)).toEqual(['node', '--disable-warning=ExperimentalWarning']);
    expect(existsSync(startedFile(command) ?? '')).toBe(true);
  });
});

describe('Dockerfile', () => {
  test('takes the Node.js that the packages bring', () => {
    expect(dockerfile).toContain(`ARG NODE_VERSION=${packageJson.dependencies.node}\n`);
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toBe('node:${NODE_VERSION}-bookworm-slim');
  });

  test('starts what is built, as a user without rights, and says how it is', () => {
    const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
    expect(existsSync(startedFile(JSON.parse(command) as string[]) ?? '')).toBe(true);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \[/m);
  });
});
