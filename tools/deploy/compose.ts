/** What must hold of docker-compose.yml, beyond the schema: a machine without Docker can still check it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';
import { ROOT } from '../lib/run.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile?: string };
  readonly healthcheck?: { readonly test?: unknown };
  readonly environment?: Record<string, string>;
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Record<string, { readonly condition?: string }>;
  readonly ports?: readonly string[];
  readonly restart?: string;
}

export interface Compose {
  readonly services: Record<string, Service>;
  readonly volumes?: Record<string, unknown>;
  readonly networks?: Record<string, unknown>;
}

export function readCompose(): { text: string; compose: Compose } {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  return { text, compose: parse(text) as Compose };
}

export function schemaProblems(compose: unknown): string[] {
  const file = join(ROOT, 'node_modules/dclint/schemas/compose.schema.json');
  const ajv = new Ajv2019({ strict: false, validateSchema: false, allErrors: true, validateFormats: false });
  const valid = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  if (valid(compose)) return [];
  return (valid.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

const SECRET_NAME = /PASSWORD|SECRET|TOKEN|PRIVATE|CLUSTER_ID/;

function secretProblems(name: string, environment: Record<string, string>): string[] {
  return Object.entries(environment).flatMap(([key, value]) => {
    const literal = SECRET_NAME.test(key) && !/^\$\{\w+:\?.+\}$/.test(value);
    // The part of a URL between the user and the host.
    const inUrl = /:\/\/[^/:@]+:(?!\$\{\w+:\?[^}]+\}@)[^@/]*@/.test(value);
    return literal || inUrl ? [`${name}: ${key} has a password of its own or a default one`] : [];
  });
}

function serviceProblems(name: string, service: Service, compose: Compose): string[] {
  const problems = secretProblems(name, service.environment ?? {});
  if (!service.healthcheck?.test) problems.push(`${name}: no healthcheck`);
  if (!service.restart) problems.push(`${name}: no restart policy`);
  if (service.image && !/:\d/.test(service.image)) problems.push(`${name}: the image has no version`);
  for (const volume of service.volumes ?? []) {
    const source = volume.split(':')[0] ?? '';
    const named = !source.startsWith('.') && !source.startsWith('/');
    if (named && !(source in (compose.volumes ?? {})))
      problems.push(`${name}: volume ${source} is not declared`);
  }
  for (const network of service.networks ?? []) {
    if (!(network in (compose.networks ?? {}))) problems.push(`${name}: network ${network} is not declared`);
  }
  for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
    if (!(other in compose.services)) problems.push(`${name}: depends on ${other}, which does not exist`);
    if (condition !== 'service_healthy') problems.push(`${name}: does not wait until ${other} is healthy`);
  }
  for (const port of service.ports ?? []) {
    if (!port.startsWith('127.0.0.1:')) problems.push(`${name}: port ${port} is open to other machines`);
  }
  return problems;
}

export function composeProblems(compose: Compose): string[] {
  const used = new Set(
    Object.values(compose.services)
      .flatMap((it) => it.volumes ?? [])
      .map((it) => it.split(':')[0]),
  );
  const unused = Object.keys(compose.volumes ?? {}).filter((volume) => !used.has(volume));
  return [
    ...Object.entries(compose.services).flatMap(([name, service]) => serviceProblems(name, service, compose)),
    ...unused.map((volume) => `volume ${volume} is declared and not used`),
  ];
}

/** Every variable that the text asks for, with the ones it cannot do without. */
export function variables(text: string): { all: string[]; required: string[] } {
  const found = [...text.matchAll(/(?<!\$)\$\{(\w+)(:\?)?/g)];
  const names = (list: RegExpExecArray[]) => [...new Set(list.map((match) => match[1] ?? ''))].sort();
  return { all: names(found), required: names(found.filter((match) => match[2])) };
}
