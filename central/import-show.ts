/** What the import shows: a bar on a terminal, plain lines elsewhere, and bad rows on screen and in a file. */
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import cliProgress from 'cli-progress';
import type { ImportPhase, OnProgress } from './import-ports.ts';
import type { BadRow } from './import-read.ts';

export interface ProgressView {
  readonly onProgress: OnProgress;
  readonly end: () => void;
}

/** Progress on standard error, so that standard output stays readable for programs. */
export function createProgressView(stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY === true ? barView(stream) : lineView(stream);
}

function barView(stream: NodeJS.WriteStream): ProgressView {
  let phase: ImportPhase | null = null;
  let bar: cliProgress.SingleBar | null = null;
  const end = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    end,
    onProgress: (now, done, total) => {
      if (now !== phase || bar === null) {
        end();
        phase = now;
        bar = new cliProgress.SingleBar({
          stream,
          format: `${now.padEnd(8)} [{bar}] {percentage} %`,
          hideCursor: true,
          barsize: 40,
        });
        bar.start(total, done);
      }
      bar.setTotal(total);
      bar.update(done);
    },
  };
}

const stepPercent = 20;

function lineView(stream: NodeJS.WriteStream): ProgressView {
  let phase: ImportPhase | null = null;
  let told = 0;
  return {
    end: () => undefined,
    onProgress: (now, done, total) => {
      const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
      if (now !== phase) told = -stepPercent;
      phase = now;
      if (percent < told + stepPercent && !(percent === 100 && told < 100)) return;
      told = percent;
      stream.write(`${now}: ${percent} %\n`);
    },
  };
}

export interface BadRowView {
  readonly onBad: (bad: BadRow) => void;
  readonly count: () => number;
  /** The file with all of them; null when there were none. */
  readonly reportFile: () => string | null;
}

const shownMax = 20;

/** The first bad rows on screen, all of them in a file that the first one begins. */
export function createBadRowView(reportFile: string, stream: NodeJS.WriteStream): BadRowView {
  let count = 0;
  return {
    count: () => count,
    reportFile: () => (count === 0 ? null : reportFile),
    onBad: ({ file, line, reason }) => {
      if (count === 0) begin(reportFile);
      count += 1;
      appendFileSync(reportFile, `${csvField(file)},${line},${csvField(reason)}\n`);
      if (count <= shownMax) stream.write(`${path.basename(file)} line ${line}: ${reason}\n`);
      if (count === shownMax + 1) stream.write(`… the others are in ${reportFile}\n`);
    },
  };
}

function begin(reportFile: string): void {
  mkdirSync(path.dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  appendFileSync(reportFile, 'file,line,reason\n');
}

function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
