import kafkajs from 'kafkajs';
import type { PlannedTopic } from '#messaging';
import { FEW_ATTEMPTS, type KafkaOptions, kafkaClient } from './kafka-client.ts';
import { brokerFailure } from './kafka-engine-error.ts';

/** A topic that was there already, with something other than planned. Nothing of it is changed: that is its owner's to decide. */
export interface TopicDifference {
  readonly topic: string;
  readonly setting: string;
  readonly planned: string;
  readonly found: string;
}

export interface TopicsReport {
  readonly created: readonly string[];
  readonly existing: readonly string[];
  readonly differences: readonly TopicDifference[];
}

/** The broker's own default, whatever it is. */
const BROKER_DEFAULT = -1;

type Admin = ReturnType<ReturnType<typeof kafkaClient>['admin']>;

/** Creates what is missing of the plan, and says what is there with other settings. Safe to repeat. @throws KafkaEngineError */
export async function createKafkaTopics(options: KafkaOptions, plan: readonly PlannedTopic[]): Promise<TopicsReport> {
  const admin = kafkaClient(options).admin({ retry: FEW_ATTEMPTS });
  try {
    await admin.connect();
    const before = new Set(await admin.listTopics());
    const missing = plan.filter(({ name }) => !before.has(name));
    const existing = plan.filter(({ name }) => before.has(name));
    if (missing.length > 0) await admin.createTopics({ topics: missing.map(configOf), waitForLeaders: true });
    return {
      created: missing.map(({ name }) => name),
      existing: existing.map(({ name }) => name),
      differences: existing.length === 0 ? [] : await differencesOf(admin, existing),
    };
  } catch (error) {
    throw brokerFailure(error, 'creating the topics');
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

function configOf({ name, partitions, replication, ...planned }: PlannedTopic): kafkajs.ITopicConfig {
  return {
    topic: name,
    numPartitions: partitions,
    replicationFactor: replication ?? BROKER_DEFAULT,
    configEntries: Object.entries(settingsOf(planned)).map(([setting, value]) => ({ name: setting, value })),
  };
}

/** As Kafka names them. */
function settingsOf({
  cleanup,
  retentionMs,
  largestMessageBytes,
}: Pick<PlannedTopic, 'cleanup' | 'retentionMs' | 'largestMessageBytes'>): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': cleanup,
    'retention.ms': String(retentionMs ?? -1),
    'max.message.bytes': String(largestMessageBytes),
  };
}

async function differencesOf(admin: Admin, plan: readonly PlannedTopic[]): Promise<readonly TopicDifference[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: plan.map(({ name }) => name) });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: plan.map((planned) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: planned.name,
      configNames: Object.keys(settingsOf(planned)),
    })),
  });
  return plan.flatMap((planned) => {
    const { partitions = [] } = topics.find(({ name }) => name === planned.name) ?? {};
    const entries = resources.find(({ resourceName }) => resourceName === planned.name)?.configEntries ?? [];
    const found: Readonly<Record<string, string>> = {
      partitions: String(partitions.length),
      ...(planned.replication !== undefined && { replication: String(partitions[0]?.replicas.length ?? 0) }),
      ...Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue])),
    };
    const wanted: Readonly<Record<string, string>> = {
      partitions: String(planned.partitions),
      replication: String(planned.replication),
      ...settingsOf(planned),
    };
    return Object.entries(found)
      .filter(([setting, value]) => wanted[setting] !== undefined && wanted[setting] !== value)
      .map(([setting, value]) => ({ topic: planned.name, setting, planned: wanted[setting]!, found: value }));
  });
}
