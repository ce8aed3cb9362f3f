import { type TopicPlanOptions, topicPlan } from '#messaging';
import { faultOf } from '#application';
import { kafkaOptionsOf } from '../../composition/src/open-bus.ts';
import { EXIT_START, configurationOrExit } from '../../composition/src/start-or-exit.ts';
import { startFaultOf } from '../../composition/src/start-fault.ts';

/** What an operator may ask of the topics; what is not named has its default. */
const SETTINGS = {
  TOPIC_PARTITIONS: 'partitions',
  TOPIC_REPLICATION: 'replication',
  TOPIC_RETENTION_DAYS: 'retentionDays',
  DEAD_LETTER_RETENTION_DAYS: 'deadLetterRetentionDays',
} as const satisfies Readonly<Record<string, keyof TopicPlanOptions>>;

const LARGEST = 10_000;

function isCount(text: string): boolean {
  return /^[1-9]\d*$/.test(text) && Number(text) <= LARGEST;
}

/** Creates the topics of the contract that are missing, once, before anything is started; says what is there with other settings. */
export async function runCreateTopics(environment: NodeJS.ProcessEnv): Promise<void> {
  const given = Object.entries(SETTINGS).flatMap(([name, option]) =>
    environment[name] ? [{ name, option, text: environment[name] }] : [],
  );
  const configuration = configurationOrExit(environment, () => [
    ...(environment.KAFKA_BROKERS ? [] : [faultOf('KAFKA_BROKERS', 'is missing: it says where the topics are to be')]),
    ...given
      .filter(({ text }) => !isCount(text))
      .map(({ name }) => ({ variable: name, fault: `is not a whole number from 1 to ${LARGEST}`, example: '12' })),
  ]);
  const plan = topicPlan(Object.fromEntries(given.map(({ option, text }) => [option, Number(text)])));
  const { createKafkaTopics } = await import('#engines/kafka');
  try {
    const { created, existing, differences } = await createKafkaTopics(kafkaOptionsOf(configuration), plan);
    for (const topic of created) process.stdout.write(`created ${topic}\n`);
    for (const topic of existing) process.stdout.write(`${topic} is there\n`);
    for (const { topic, setting, planned, found } of differences)
      process.stdout.write(`${topic} has ${setting} ${found}, where ${planned} is planned: it is left as it is\n`);
  } catch (error) {
    const fault = startFaultOf(error);
    if (!fault) throw error;
    process.stderr.write(`the topics were not created: ${fault.message}\n`);
    process.exitCode = EXIT_START;
  }
}
