import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaClient } from '#engines/kafka';
import { EngineFault } from './engine-fault.ts';
import { endProcess, startEngineProcess } from './engine-process.ts';
import { requirePort } from './engines-folder.ts';
import { freePorts } from './free-port.ts';
import { kafkaJars } from './kafka-jars.ts';

const run = promisify(execFile);
const STARTS_WITHIN_MS = 60_000;
/** Any will do: a cluster of one node, whose data belongs to it alone. */
const SECOND = 'SECOND';
const CLUSTER_ID = 'Y3V0b3Zlci10ZXN0LWtmaw';
/** Opens nothing but a broker that tests start on loopback. */
export const BROKER_LOGIN = { username: 'cutover', password: 'known-to-everybody' };

/** A real Apache Kafka broker, one node, on loopback, its data in one folder. */
export interface KafkaBroker {
  readonly name: 'kafka';
  readonly pid: number;
  readonly folder: string;
  /** For `KAFKA_BROKERS`. */
  readonly address: string;
  /** Of the second listener, where there is one. */
  readonly secondPort: number | undefined;
  /** The same broker where it asks for `BROKER_LOGIN`. */
  readonly addressWithLogin: string;
  /** SIGTERM: an orderly end. */
  stop(): Promise<void>;
  /** SIGKILL: what a power cut leaves behind. */
  kill(): Promise<void>;
}

export interface KafkaBrokerOptions {
  readonly port?: number;
  /** A second listener, which sends its clients to this port: that of whatever stands between them and the broker. */
  readonly secondAdvertised?: number;
}

/**
 * Starts a broker on the folder's data and ports; a new folder is given free ones, or the port that is asked for. So
 * whoever kills a broker starts it again, where its clients look for it, by the same call.
 */
export async function startKafkaBroker(folder: string, { port, secondAdvertised }: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const jars = await kafkaJars();
  const settings = join(folder, 'server.properties');
  const classes = ['-cp', join(jars, '*')];
  if (!existsSync(settings)) {
    mkdirSync(folder, { recursive: true });
    const [free, withLogin, controller, second] = await freePorts(4);
    const listeners = [
      { name: 'PLAINTEXT', port: port ?? free!, advertised: port ?? free! },
      { name: 'LOGIN', port: withLogin!, advertised: withLogin! },
      ...(secondAdvertised === undefined ? [] : [{ name: SECOND, port: second!, advertised: secondAdvertised }]),
    ];
    writeFileSync(`${settings}.new`, settingsOf(folder, listeners, controller!));
    // The settings get their name once the folder is formatted: so they stand for a broker that can be started.
    await run('java', [...classes, 'kafka.tools.StorageTool', 'format', '--cluster-id', CLUSTER_ID, '--config', `${settings}.new`]).catch(
      (error: unknown) => {
        throw new EngineFault(`the folder ${folder} cannot be made a broker's`, error);
      },
    );
    renameSync(`${settings}.new`, settings);
  }
  const written = readFileSync(settings, 'utf8');
  const [, address, addressWithLogin] = /^advertised\.listeners=PLAINTEXT:\/\/([^,\n]+),LOGIN:\/\/([^,\n]+)/m.exec(written) ?? [];
  const [, secondPort] = new RegExp(`^listeners=.*${SECOND}://127\\.0\\.0\\.1:(\\d+)`, 'm').exec(written) ?? [];
  if (address === undefined || addressWithLogin === undefined)
    throw new EngineFault(`${settings} names no listener: delete the folder ${folder}`);
  requirePort(folder, Number(address.split(':').at(-1)), port);
  const engine = startEngineProcess({
    name: 'Kafka',
    command: 'java',
    args: ['-Xms256m', '-Xmx512m', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=WARN', ...classes, 'kafka.Kafka', settings],
    logFile: join(folder, 'kafka.log'),
  });
  try {
    await engine.untilAnswering(() => answersForGroups(address), STARTS_WITHIN_MS);
  } catch (error) {
    await endProcess(engine.pid, 'SIGKILL');
    throw error;
  }
  return {
    name: 'kafka',
    pid: engine.pid,
    folder,
    address,
    secondPort: secondPort === undefined ? undefined : Number(secondPort),
    addressWithLogin,
    stop: () => endProcess(engine.pid, 'SIGTERM'),
    kill: () => endProcess(engine.pid, 'SIGKILL'),
  };
}

/** The port is open seconds before the coordinator of the consumer groups has loaded: only then is the broker of use. */
async function answersForGroups(address: string): Promise<void> {
  const admin = kafkaClient({ brokers: [address] }).admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    await admin.describeCluster();
    await admin.fetchOffsets({ groupId: 'is-the-coordinator-there' });
  } finally {
    await admin.disconnect();
  }
}

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly advertised: number;
}

function settingsOf(folder: string, listeners: readonly Listener[], controllerPort: number): string {
  const at = (portOf: (listener: Listener) => number): string =>
    listeners.map((listener) => `${listener.name}://127.0.0.1:${portOf(listener)}`).join(',');
  return `# One node that is broker and controller. Written once: a restart finds its data and its ports here.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=${at(({ port }) => port)},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${at(({ advertised }) => advertised)}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,LOGIN:SASL_PLAINTEXT,${SECOND}:PLAINTEXT,CONTROLLER:PLAINTEXT
listener.name.login.sasl.enabled.mechanisms=PLAIN
listener.name.login.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${BROKER_LOGIN.username}="${BROKER_LOGIN.password}";
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
num.partitions=1
# Segments are files of their real size: many small topics do not fill the disk.
log.index.size.max.bytes=1048576
`;
}
