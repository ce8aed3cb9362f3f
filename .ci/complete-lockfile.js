/**
 * Completes package-lock.json after an install: npm leaves out the binaries of platforms that its registry does not offer
 * at the moment, or that are not this machine's, and `npm ci` then refuses the file on every machine (npm/cli#9846).
 * Adds an entry for each; npm skips those of other platforms by `os` and `cpu`. Run it as `npm run lockfile`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = new Set(['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']);
const PROCESSORS = new Set(['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']);

function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.has(word));
  const cpu = words.filter((word) => PROCESSORS.has(word));
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.some((word) => word.startsWith('gnu')) ? ['glibc'] : [];
  return { os, cpu, libc };
}

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const present = (path, name) => lock.packages[`${path}/node_modules/${name}`] ?? lock.packages[`node_modules/${name}`];
const added = [];

for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (present(path, name)) continue;
    const { os, cpu, libc } = platformOf(name);
    if (cpu.length === 0 || !/^\d+\.\d+\.\d+/.test(version)) {
      process.stderr.write(`${name}@${version}, wanted by ${path}: its platform is not in its name. Add its entry by hand.\n`);
      process.exitCode = 1;
      continue;
    }
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu,
      ...(parent.dev && { dev: true }),
      ...(libc.length > 0 && { libc }),
      optional: true,
      ...(os.length > 0 && { os }),
    };
    added.push(name);
  }
}

if (added.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
process.stdout.write(`${added.length} entries added to package-lock.json\n`);
