const OLDEST_MAJOR = 24;

/** What is wrong with this version of Node.js and what to do about it; `undefined` when it will do. */
export function nodeVersionFault(version: string): string | undefined {
  const major = Number.parseInt(version, 10);
  if (major >= OLDEST_MAJOR) return undefined;
  return (
    `cutover needs Node.js ${OLDEST_MAJOR} or newer, and this is ${version}. ` +
    'Start it with an npm script (npm start, npm run demo): these bring their own Node.js. ' +
    `Or install Node.js ${OLDEST_MAJOR} from https://nodejs.org.`
  );
}
