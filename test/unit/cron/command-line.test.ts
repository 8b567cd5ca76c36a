import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jobName, outputFile } from '../../../adapters/cron/command-line.ts'
import { shellWords } from '../../../adapters/cron/shell-words.ts'

const env = new Map([['LOGS', '/srv/yard/log']])

describe('what a cron command says of itself', () => {
  it.each([
    ['/srv/yard/bin/watchdog.sh >> /var/log/w.log 2>&1', 'watchdog', '/var/log/w.log'],
    [
      'cd /srv/x && /usr/bin/flock -n /tmp/l.lock bash scripts/marshal.sh >/dev/null 2>&1',
      'marshal',
      null,
    ],
    ['flock -w 5 /tmp/l /usr/local/bin/janitor >> $HOME/j.log', 'janitor', '/home/crew/j.log'],
    [
      'timeout -k 5 30s nice -n 10 node --stack-size=9 /a/snap.mjs --x > ~/snap.txt',
      'snap',
      '/home/crew/snap.txt',
    ],
    ['bash -lc "cd /x; ./run-it --now" &>> /var/log/it.log', 'run-it', '/var/log/it.log'],
    ['[ -x /a/b ] && /c/sweep >> out.log', 'sweep', '/home/crew/out.log'],
    ['TOKEN=1 /x/index', 'index', null],
    [
      'python3 -m yard.report >> "${LOGS}/a b.log" 2>> /tmp/err',
      'yard.report',
      '/srv/yard/log/a b.log',
    ],
    ['cd /srv/x && ./tidy >> tidy.log', 'tidy', null],
    ['/x/y >> "$(date).log"', 'y', null],
    ['/x/y >> $OTHER/y.log', 'y', null],
    ['/x/y 2>> /var/log/err', 'y', null],
    ['', '', null],
  ])('[E01] %s', (command, name, log) => {
    expect(jobName(command)).toBe(name)
    expect(outputFile(command, '/home/crew', env)).toBe(log)
  })

  it('[O08] whatever the command, they end, and names are short', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'"\'\\|&;<>()$ /a-=.bsh'.split('')), maxLength: 200 }),
    )
    fc.assert(
      fc.property(text, command => {
        expect(jobName(command).length).toBeLessThanOrEqual(60)
        outputFile(command, '/home/crew', env)
      }),
    )
  })

  it('[O08] takes linear time', () => {
    for (const bait of ['"\\', "'", '\\', '>', 'a=', '"a" ']) {
      const started = performance.now()
      shellWords(bait.repeat(50_000))
      expect(performance.now() - started).toBeLessThan(1_000)
    }
  })
})
