import { fork } from 'node:child_process';

/** What a process of its own answers to one question. */
export async function answeredBy<Answer>(module: URL, question: unknown, env: NodeJS.ProcessEnv = process.env): Promise<Answer> {
  const child = fork(module, { env });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Answer));
    child.once('exit', (code) => reject(new Error(`the process that measures ended with ${code ?? 'a signal'}`)));
    child.send(question as object);
  });
}
