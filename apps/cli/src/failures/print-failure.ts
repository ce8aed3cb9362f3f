import { NoAnswer, type Problem, ProblemAnswer } from '../api-client/problem.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { onOneLine, wrapped } from '../terminal/plain-text.ts';
import type { Colours } from '../terminal/colours.ts';
import type { Screen } from '../terminal/screen.ts';
import { nextStepOf } from './next-steps.ts';
import { UsageFault } from './usage-fault.ts';

const TEXT_WIDTH = 100;

function paragraphs(text: string, indent: string): readonly string[] {
  return wrapped(onOneLine(text), TEXT_WIDTH - indent.length).map((line) => indent + line);
}

/** Title, detail, each bad field with its hint (where the detail does not say the same), and what to do next. */
export function problemText(problem: Problem, retryAfter: number | null, colours: Colours): string {
  const { title, status, code, detail, errors } = problem;
  const next = nextStepOf(problem, retryAfter);
  return [
    `${colours.red('✗')} ${colours.bold(onOneLine(title))} ${colours.dim(`(${status} ${code})`)}`,
    ...(detail === '' ? [] : paragraphs(detail, '  ')),
    ...errors
      .filter(({ pointer, hint }) => pointer !== '' || !detail.includes(hint))
      .flatMap(({ pointer, code: fault, hint }) => [
        `  ${colours.yellow(pointer === '' ? '/' : onOneLine(pointer))}${fault === '' ? '' : ` ${colours.dim(fault)}`}`,
        ...(hint === '' || detail.includes(hint) ? [] : paragraphs(hint, '    ')),
      ]),
    ...(next === undefined ? [] : paragraphs(`→ ${next}`, '  ')),
  ].join('\n');
}

function noAnswerText({ url, code }: NoAnswer, colours: Colours): string {
  const what = code === 'ECONNREFUSED' ? `Nothing listens at ${url}` : `${url} does not answer (${code})`;
  return [
    `${colours.red('✗')} ${colours.bold(what)}`,
    '  → Start the service with: npm start',
    '  → If it runs elsewhere, say where: --url <address>, or the environment variable CUTOVER_URL',
  ].join('\n');
}

/** Tells on standard error what went wrong. Answers the exit code that goes with it. */
export function printFailure(screen: Screen, error: unknown): ExitCode {
  const colours = screen.noteColours;
  if (error instanceof ProblemAnswer) {
    screen.note(screen.json ? JSON.stringify(error.problem.document, null, 2) : problemText(error.problem, error.retryAfter, colours));
    return EXIT.failed;
  }
  if (error instanceof NoAnswer) {
    screen.note(noAnswerText(error, colours));
    return EXIT.unreachable;
  }
  if (error instanceof UsageFault) {
    screen.note(`${colours.red('✗')} ${error.message}`);
    return EXIT.usage;
  }
  const code = codeOf(error);
  screen.note(
    `${colours.red('✗')} ${error instanceof Error ? error.message : String(error)}${code === undefined ? '' : ` ${colours.dim(`(${code})`)}`}`,
  );
  return EXIT.failed;
}

/** A code of docs/errors.md; the platform's own are written otherwise. */
function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[a-z]+(-[a-z]+)+$/.test(code) ? code : undefined;
}
