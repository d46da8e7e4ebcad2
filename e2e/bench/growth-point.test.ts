import { expect, it } from 'vitest';
import { type GrowthPoint, growthPointOf, growthRatio } from './growth-point.ts';
import type { MeasuredWindow } from './windows.ts';

const cpu = { central: 1, postgres: 2, generator: 0.5, machine: 7 };
const window: MeasuredWindow = {
  ...{ operations: 10_000, pushes: 100, seconds: 2, operationsInAll: 20_000, secondsInAll: 4 },
  ...{ ranOut: false, p50Ms: 1, p99Ms: 2, cpu, operationsPerSecond: 5_000, lagEvents: 0, afterSeconds: 1 },
  ...{ afterCpu: { ...cpu, postgres: 1 }, decidingCpuSeconds: 1 },
};

it('states the cost of one operation, with what the window was counted by', () => {
  expect(growthPointOf(7, window, 3 * 2 ** 20)).toEqual({
    ...{ events: 7, operationsPerSecond: 5_000, databaseMb: 3, othersCpuShare: 0.5 },
    microsecondsPerOperation: 300,
    decidingMicrosecondsPerOperation: 50,
    afterwardsMicrosecondsPerOperation: 100,
  });
});

it('compares the last point with the first', () => {
  const point = (microsecondsPerOperation: number): GrowthPoint => ({
    ...growthPointOf(1, window, 0),
    microsecondsPerOperation,
  });
  const points = [point(200), point(900), point(210)];
  expect(growthRatio(points, 'microsecondsPerOperation')).toBe(1.05);
  expect(growthRatio(points, 'decidingMicrosecondsPerOperation')).toBe(1);
  expect(growthRatio([], 'microsecondsPerOperation')).toBeNaN();
});
