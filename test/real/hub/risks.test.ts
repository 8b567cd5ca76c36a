/** Banned models and lanes that bypass what should hold them, on a host behind a real sshd. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { JournalEnvelope } from '../../../state/rows/journal.ts'
import { RisksEnvelope } from '../../../state/rows/risks.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newOperator } from '../parts/operator.ts'
import { type Sshd, startSshd } from '../parts/sshd.ts'

const OK = readFileSync(new URL('../../fixtures/codex/ok.jsonl', import.meta.url), 'utf8')
/** A collector's period, and what its look may take. */
const ONE_POLL_MS = 20_000

requirePart('sshd')('risks of a host', () => {
  let sshd: Sshd
  let logs: string
  let launcher: string
  beforeEach(async () => {
    sshd = await startSshd()
    const put = (directory: string, name: string, text: string, mode: number) => {
      const path = join(sshd.dir, directory)
      mkdirSync(path)
      chmodSync(path, 0o755)
      writeFileSync(join(path, name), text)
      chmodSync(join(path, name), mode)
      return join(path, name)
    }
    logs = put('logs', 'bold.jsonl', `${OK.split('\n').slice(0, 5).join('\n')}\n`, 0o666)
    launcher = put('ops', 'night.sh', '#!/bin/sh\n\ncodex exec --model o9-spark-b -\n', 0o644)
  })
  afterEach(() => sshd?.remove())

  const operator = () =>
    newOperator({
      select: ['--profile', 'yard'],
      config: [
        '[profiles.yard]',
        'host = "factory"',
        `sshConfig = "${sshd.configFile}"`,
        `lanes.logs = ["${logs}"]`,
        `models.launchers = ["${launcher}"]`,
        'models.banned = ["*-spark-a", "*-spark-b"]',
        '',
      ].join('\n'),
    })

  it('[B06] [B16] are listed within one poll, with file and line, pid, flags and reach', async () => {
    const { printed, start } = operator()
    await printed('prewarm')
    const flags = 'exec --json --model gpt-5.5-spark-a --dangerously-bypass-approvals-and-sandbox -'
    const over = join(sshd.dir, 'ops', 'over')
    const body = `until [ -e ${over} ]; do sleep 0.1; done`
    const lane = start('run', `exec bash -c 'exec -a codex sh -c "${body}" ${flags} >> ${logs}'`)
    const risks = async () => RisksEnvelope.parse(JSON.parse(await printed('risks', '--json'))).rows
    const rows = await eventually(
      'the process is told',
      async () => {
        const seen = await risks()
        const has = (kind: string) => seen.some(row => row.kind === kind)
        return seen.filter(row => row.kind === 'breach').length === 2 && has('bypass') && seen
      },
      ONE_POLL_MS,
    )
    const [file, live, bypass] = rows
    expect(file).toMatchObject({ where: launcher, line: 3, model: 'o9-spark-b', pid: null })
    const pid = live?.kind === 'breach' ? live.pid : null
    expect(live).toMatchObject({ model: 'gpt-5.5-spark-a', pid: expect.any(Number) })
    expect(bypass).toMatchObject({ name: 'bold', pid, flags: ['--yolo'], reach: 'host' })
    expect(await printed('risks')).toMatch(
      new RegExp(`^breach  banned \\*-spark-b  o9-spark-b  ${launcher}:3\nbreach  `),
    )
    expect(await printed('lanes')).toMatch(/^Lanes · 1 live · 2 banned models · .*1 bypassing/)

    writeFileSync(over, '')
    await lane
    writeFileSync(launcher, '#!/bin/sh\n')
    await eventually('all is mended', async () => (await risks()).length === 0, ONE_POLL_MS)
    expect(await printed('risks')).toBe('no rule is broken, and no lane bypasses anything')

    const journal = JournalEnvelope.parse(JSON.parse(await printed('journal', '--json')))
    const told = (text: RegExp) => journal.rows.filter(row => text.test(row.text)).length
    expect(told(/^breach banned/)).toBe(2)
    expect(told(/bypass on the host \(--yolo\)/)).toBe(1)
  }, 90_000)

  it('[N09] print what their schema says', async () => {
    const { printed } = operator()
    expect(JSON.parse(await printed('schema', 'risks'))).toMatchObject({ type: 'object' })
  })
})

requirePart('git')('risks of the practice factory', () => {
  it('[B06] [B16] are a launcher with a banned model, and lanes that bypass', async () => {
    const { printed, run } = newOperator({ select: [] })
    const { dir } = JSON.parse(await printed('practice', 'up', '--json', '--seed', '1')) as {
      dir: string
    }
    try {
      const rows = await eventually(
        'a lane bypasses',
        async () => {
          const text = await printed('--profile', 'practice', 'risks', '--json')
          const seen = RisksEnvelope.parse(JSON.parse(text)).rows
          return seen.some(row => row.kind === 'bypass') && seen
        },
        60_000,
      )
      expect(rows[0]).toMatchObject({
        where: join(dir, 'home', 'ops', 'nightly-review.sh'),
        line: 5,
        model: 'gpt-5.5-spark',
      })
      const bypass = rows.find(row => row.kind === 'bypass')
      expect(bypass).toMatchObject({ pid: expect.any(Number), reach: 'host' })
    } finally {
      expect((await run('practice', 'down')).exitCode).toBe(0)
    }
  }, 90_000)
})
