import { jsonLog } from '../../src/adapters/log.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';

const clock = { now: () => parseInstant('2026-12-18T18:45:00Z') };

describe('The log', () => {
  test('is one JSON line an event, with the time first', () => {
    const lines: string[] = [];
    jsonLog('info', clock, (line) => lines.push(line)).info('mail-sent', { attempts: 2, reference: 'CAM-7K3F' });
    expect(lines).toEqual([
      '{"at":"2026-12-18T18:45:00.000Z","level":"info","event":"mail-sent","attempts":2,"reference":"CAM-7K3F"}\n',
    ]);
  });

  test('keeps quiet below its level', () => {
    const lines: string[] = [];
    const log = jsonLog('warn', clock, (line) => lines.push(line));
    log.info('a');
    log.warn('b');
    log.error('c');
    jsonLog('silent', clock, (line) => lines.push(line)).error('d');
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['b', 'c']);
  });

  test('cuts free text, and keeps a line break from starting a line of its own', () => {
    const lines: string[] = [];
    const log = jsonLog('info', clock, (line) => lines.push(line));
    log.info('note', { text: 'x'.repeat(5_000), broken: 'one\ntwo', level: 'forged' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.split('\n')).toEqual([expect.any(String), '']);
    const read = JSON.parse(lines[0] ?? '');
    expect(read.text).toHaveLength(201);
    expect(read.level).toBe('info');
  });
});
