/** The Apache Kafka broker as plain jars: a machine without Docker still tests against the real thing. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall, CACHE, onPath, reasonIn, run } from '../lib/run.ts';

const POM = join(import.meta.dirname, 'pom.xml');

export function kafkaVersion(): string {
  const version = /<kafka\.version>([^<]+)</.exec(readFileSync(POM, 'utf8'))?.[1];
  if (!version) throw new Error('tools/kafka/pom.xml must state <kafka.version>');
  return process.env['GONDOLA_KAFKA_VERSION'] ?? version;
}

async function javaMajor(): Promise<number> {
  const { code, output } = await run('java', ['-version'], { timeoutMs: 30_000 });
  return code === 0 ? Number(/version "(\d+)/.exec(output)?.[1] ?? 0) : 0;
}

async function missingTools(needMaven: boolean): Promise<string | undefined> {
  const wanted: string[] = [];
  if ((await javaMajor()) < 17) wanted.push('openjdk-17-jre-headless');
  if (needMaven && !onPath('mvn')) wanted.push('maven');
  if (wanted.length === 0) return undefined;
  console.log(`Installing ${wanted.join(' and ')} for the Kafka tests`);
  const refused = await aptInstall(wanted);
  if (refused) return refused;
  return (await javaMajor()) < 17 ? 'the java on PATH is older than 17' : undefined;
}

/** A class path, or the reason why there is none. */
export async function brokerJars(): Promise<{ classPath: string } | { skip: string }> {
  const folder = join(CACHE, `kafka-${kafkaVersion()}`);
  const present = existsSync(folder) && readdirSync(folder).length > 0;
  const missing = await missingTools(!present);
  if (missing) return { skip: missing };
  if (!present) {
    console.log(`Fetching Apache Kafka ${kafkaVersion()} by Maven`);
    const part = `${folder}.part-${process.pid}`;
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${part}`, '-DincludeScope=runtime'];
    const args = ['-B', '-q', '-f', POM, `-Dkafka.version=${kafkaVersion()}`, ...goal];
    const fetched = await run('mvn', args, { timeoutMs: 300_000 });
    if (fetched.code !== 0) {
      rmSync(part, { recursive: true, force: true });
      return { skip: `Maven could not fetch org.apache.kafka:kafka_2.13: ${reasonIn(fetched.output)}` };
    }
    if (existsSync(folder)) rmSync(part, { recursive: true, force: true });
    else renameSync(part, folder);
  }
  return { classPath: join(folder, '*') };
}
