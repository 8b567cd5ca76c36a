import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCrontab } from '../../../adapters/cron/crontab.ts'

const FACTORY = `# the yard's own jobs
SHELL=/bin/bash
PATH=/usr/local/bin:/usr/bin:/bin
MAILTO = "ops crew"

*/15 * * * * /srv/yard/bin/watchdog.sh >> /srv/yard/log/watchdog.log 2>&1
*/10 * * * *\t/srv/yard/bin/marshal.sh >/dev/null 2>&1
0 */2 * * *  cd /srv/yard && ./bin/utilisation.py --out "report-$(date +\\%F).md"
0 4 * * *    /srv/yard/bin/janitor.sh --dry-run%yes%no
15 9 * * mon-fri /srv/yard/bin/autosync
@reboot      /srv/yard/bin/prewarm
@Daily       /srv/yard/bin/snapshot
`

describe('crontab text', () => {
  it('[E01] reads comments, settings, nicknames, redirects and percent signs', () => {
    const { jobs, unreadable } = parseCrontab(FACTORY)
    expect(unreadable).toEqual([])
    expect(jobs.map(job => [job.line, job.expression, job.command])).toEqual([
      [6, '*/15 * * * *', '/srv/yard/bin/watchdog.sh >> /srv/yard/log/watchdog.log 2>&1'],
      [7, '*/10 * * * *', '/srv/yard/bin/marshal.sh >/dev/null 2>&1'],
      [8, '0 */2 * * *', 'cd /srv/yard && ./bin/utilisation.py --out "report-$(date +%F).md"'],
      [9, '0 4 * * *', '/srv/yard/bin/janitor.sh --dry-run'],
      [10, '15 9 * * mon-fri', '/srv/yard/bin/autosync'],
      [11, '@reboot', '/srv/yard/bin/prewarm'],
      [12, '@Daily', '/srv/yard/bin/snapshot'],
    ])
    expect(jobs[3]?.stdin).toBe('yes\nno\n')
    expect(jobs[2]?.stdin).toBeNull()
    expect(jobs[0]?.env.get('MAILTO')).toBe('ops crew')
    expect(jobs[5]?.schedule).toEqual({ kind: 'reboot' })
    expect(jobs[6]?.schedule).toEqual({ kind: 'fields', fields: '0 0 * * *' })
  })

  it('[E01] a setting holds for the lines below it only', () => {
    const { jobs } = parseCrontab(
      '0 1 * * * a\nCRON_TZ=Asia/Tokyo\n0 1 * * * b\nCRON_TZ=UTC\n0 1 * * * c',
    )
    expect(jobs.map(job => job.env.get('CRON_TZ'))).toEqual([undefined, 'Asia/Tokyo', 'UTC'])
  })

  it.each([
    ['61 * * * * x', /range/],
    ['* 24 * * * x', /range/],
    ['0 0 L * * x', /day of month/],
    ['0 0 ? * * x', /day of month/],
    ['0 0 * * 5#2 x', /day of week/],
    ['* * * * * ', /five time fields/],
    ['* * * *', /five time fields/],
    ['@nightly x', /@nightly/],
    ['@daily', /no command/],
    ['0 0 * * * %only input', /no command/],
    ['every day at noon please come', /minute/],
  ])('[O08] %j is unreadable, with its line and the reason', (line, why) => {
    const { jobs, unreadable } = parseCrontab(`# above\n${line}\n0 0 * * * after`)
    expect(jobs.map(job => job.command)).toEqual(['after'])
    expect(unreadable).toMatchObject([{ line: 2, why: expect.stringMatching(why) }])
  })

  it('[O08] a line longer than any cron reads is unreadable and kept short', () => {
    const { unreadable } = parseCrontab(`0 0 * * * ${'x'.repeat(10_000_000)}`)
    expect(unreadable).toMatchObject([{ line: 1, why: expect.stringContaining('longer') }])
    expect(unreadable[0]?.text.length).toBeLessThan(5_000)
  })

  it('[O08] whatever the text, it does not throw, and every line is accounted for', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'*/,-0159@ \t%=#"\\dailyrebot'.split('')) }),
      fc.constantFrom(...FACTORY.split('\n')),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), lines => {
        const text = lines.join('\n')
        const { jobs, unreadable } = parseCrontab(text)
        const content = text.split(/\r?\n/).map(one => one.trim())
        const entries = content.filter(one => one !== '' && !one.startsWith('#'))
        expect(jobs.length + unreadable.length).toBeLessThanOrEqual(entries.length)
        const settings = entries.filter(one => /^["']?[A-Za-z_]\w*["']?\s*=/.test(one))
        expect(jobs.length + unreadable.length).toBe(entries.length - settings.length)
      }),
      { numRuns: 300 },
    )
  })

  it('[O08] a crontab of a million lines is cut and says so', () => {
    const { jobs, unreadable } = parseCrontab('* * * * * x\n'.repeat(1_000_000))
    expect(jobs).toHaveLength(2_000)
    expect(unreadable).toMatchObject([{ why: expect.stringContaining('first 2000 lines') }])
  })
})
