import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EngineFault } from './engine-fault.ts';
import { ENGINES_FOLDER } from './engines-folder.ts';

const run = promisify(execFile);
const POM = resolve('test/engines/kafka/pom.xml');
const OLDEST_JAVA = 17;

export function kafkaVersion(): string {
  const [, version] = /<kafka\.version>([^<]+)</.exec(readFileSync(POM, 'utf8')) ?? [];
  if (version === undefined) throw new EngineFault(`${POM} names no kafka.version`);
  return version;
}

function jarsFolder(): string {
  return join(ENGINES_FOLDER, `kafka-${kafkaVersion()}`);
}

/** Whether a broker can be started without fetching anything. */
export function hasKafkaJars(): boolean {
  return existsSync(jarsFolder());
}

/** The folder with the broker's jars; fetched once, by Maven, from wherever this machine's Maven fetches. */
export async function kafkaJars(): Promise<string> {
  await requireJava();
  const folder = jarsFolder();
  if (existsSync(folder)) return folder;
  await requireMaven();
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  try {
    await run('mvn', ['--quiet', '--batch-mode', '--file', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${unfinished}`]);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new EngineFault(
      `Maven could not fetch Apache Kafka ${kafkaVersion()}: check the network and ~/.m2/settings.xml.\n${stdout}${stderr}`,
      error,
    );
  }
  renameSync(unfinished, folder);
  return folder;
}

async function requireJava(): Promise<void> {
  const said = await run('java', ['-version']).catch(() => undefined);
  const [, major] = /version "(\d+)/.exec(`${said?.stderr ?? ''}${said?.stdout ?? ''}`) ?? [];
  if (Number(major ?? 0) >= OLDEST_JAVA) return;
  const found = major === undefined ? 'there is no `java` on the path' : `\`java\` is version ${major}`;
  throw new EngineFault(
    `Apache Kafka needs a Java ${OLDEST_JAVA} or later: ${found}. Install one (Debian, Ubuntu: apt-get install -y openjdk-${OLDEST_JAVA}-jre-headless; macOS: brew install openjdk) and try again.`,
  );
}

async function requireMaven(): Promise<void> {
  const found = await run('mvn', ['-version']).catch(() => undefined);
  if (found) return;
  throw new EngineFault(
    'Maven fetches Apache Kafka, once: there is no `mvn` on the path. Install it (Debian, Ubuntu: apt-get install -y maven; macOS: brew install maven) and try again.',
  );
}
