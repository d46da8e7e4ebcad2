import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../lib/run.ts';
import { type Compose, composeProblems, readCompose, schemaProblems, variables } from './compose.ts';

const { text, compose } = readCompose();
const copy = () => structuredClone(compose) as { -readonly [K in keyof Compose]: Compose[K] };

describe('docker-compose.yml', () => {
  test('fits the compose schema and the rules of this project', () => {
    expect(schemaProblems(compose)).toEqual([]);
    expect(composeProblems(compose)).toEqual([]);
  });

  test('brings up central and its real parts', () => {
    expect(Object.keys(compose.services).sort()).toEqual([
      'central',
      'couchdb',
      'kafka',
      'postgres',
      'redis',
    ]);
    expect(compose.services['postgres']?.image).toMatch(/^postgres:18\./);
    expect(compose.services['kafka']?.environment?.['KAFKA_PROCESS_ROLES']).toBe('broker,controller');
    expect(compose.services['couchdb']?.image).toMatch(/^couchdb:3\./);
  });

  test('runs the broker that the Kafka tests run', () => {
    const pom = readFileSync(join(ROOT, 'tools/kafka/pom.xml'), 'utf8');
    const version = /<kafka\.version>(.+)</.exec(pom)?.[1];
    expect(compose.services['kafka']?.image).toBe(`apache/kafka:${version}`);
  });

  test('builds from a Dockerfile that exists', () => {
    expect(existsSync(join(ROOT, compose.services['central']?.build?.dockerfile ?? ''))).toBe(true);
  });

  test('has its variables explained in deploy/.env.example, all without a value', () => {
    const example = readFileSync(join(ROOT, 'deploy/.env.example'), 'utf8');
    const asked = variables(text);
    const offered = [...example.matchAll(/^#?([A-Z_]+)=(.*)$/gm)];
    expect(offered.map((match) => match[1]).sort()).toEqual(asked.all);
    expect(example.split('\n').filter((line) => /^[A-Z_]+=./.test(line))).toEqual([]);
    expect(asked.required).toEqual([
      'COUCHDB_PASSWORD',
      'KAFKA_CLUSTER_ID',
      'POSTGRES_PASSWORD',
      'REDIS_PASSWORD',
    ]);
  });
});

describe('the checks can fail', () => {
  const faults: [string, (broken: Compose) => unknown, string][] = [
    [
      'a service without a health check',
      ({ services }) => drop(services['redis'], 'healthcheck'),
      'no healthcheck',
    ],
    [
      'a literal password',
      ({ services }) => set(services['redis'], 'REDIS_PASSWORD', 'secret'),
      'REDIS_PASSWORD',
    ],
    [
      'a default password',
      ({ services }) => set(services['redis'], 'REDIS_PASSWORD', `${'$'}{P:-x}`),
      'REDIS_PASSWORD',
    ],
    [
      'a password in a URL',
      ({ services }) => set(services['central'], 'DATABASE_URL', 'postgres://a:b@c/d'),
      'DATABASE_URL',
    ],
    ['an undeclared volume', (broken) => drop(broken.volumes, 'redis-data'), 'redis-data is not declared'],
    [
      'an open port',
      ({ services }) => Object.assign(services['central'] ?? {}, { ports: ['8080:8080'] }),
      'other machines',
    ],
  ];

  test.each(faults)('%s is found', (_name, plant, message) => {
    const broken = copy();
    plant(broken);
    expect(composeProblems(broken).join('\n')).toContain(message);
  });

  test('an unknown key is against the schema', () => {
    const broken = { ...copy(), services: { central: { imagee: 'x' } } };
    expect(schemaProblems(broken)).not.toEqual([]);
  });
});

function drop(target: object | undefined, key: string): void {
  if (target) Reflect.deleteProperty(target, key);
}

function set(service: Compose['services'][string] | undefined, key: string, value: string): void {
  if (service?.environment) service.environment[key] = value;
}
